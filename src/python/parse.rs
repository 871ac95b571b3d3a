//! Source text to syntax. The only file that names the parser.

use std::sync::Arc;

use ruff_python_ast as ast;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{PySourceType, PythonVersion};
use ruff_python_parser::{Mode, ParseOptions, lexer, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use super::syntax::{
    Alias, Argument, ArgumentKind, BinaryOperator, ClassDef, Comparison, ComprehensionKind, Expr, ExprKind,
    FStringPart, FunctionDef, Generator, Handler, ImportFrom, MatchCase, Name, Parameter, Parameters, Pattern, Span,
    Stmt, StmtKind, Suite, WithItem,
};

/// How deep expressions and statements may nest before they become [`ExprKind::TooDeep`]. Real code stays below 300;
/// whoever walks the tree needs this much stack.
pub const DEPTH: usize = 1_500;

/// CPython's own limit (`MAXLEVEL` of its tokenizer): a file beyond it is no valid Python.
const BRACKETS: usize = 200;

/// CPython's own limit (`MAXINDENT` of its tokenizer).
const INDENTS: usize = 100;

/// How many prefix operators, right-hand powers, `lambda`s and `else`s a logical line may hold. CPython gives up at
/// 6,000 nested calls of its own (`MAXSTACK`), which is fewer than these operators.
const OPERATORS: usize = 3_000;

/// What a file may hold, so that its syntax stays in memory: about 300 bytes a token. No hand-written file comes near.
const TOKENS: usize = 2_000_000;

/// The parser moves its recursion to the heap; what a file of this size can nest costs it 100 MB at the worst. Such a
/// file, as nearly every file is, is read once; a larger one is looked through first.
const SMALL: usize = 32 << 10;

/// A file's syntax. Text that is no valid Python yields what could be understood, and where it broke.
#[derive(Debug)]
pub struct Module {
    pub body: Suite,
    /// In source order.
    pub comments: Vec<Span>,
    pub error: Option<SyntaxError>,
    /// How many there are: what the syntax weighs.
    pub tokens: usize,
}

#[derive(Debug, Clone)]
pub struct SyntaxError {
    pub message: String,
    pub span: Span,
}

/// The syntax of a file. Accepts what Python 3.8 to 3.14 accept; never fails and never overflows the stack, provided
/// that it runs on [`crate::stack`].
pub fn parse(text: &str) -> Module {
    if let Some(error) = refused(text) {
        return Module { body: Arc::new([]), comments: Vec::new(), error: Some(error), tokens: 0 };
    }
    let options = ParseOptions::from(PySourceType::Python).with_target_version(PythonVersion::PY314);
    let parsed = parse_unchecked(text, options);
    let error = parsed
        .errors()
        .first()
        .map(|error| SyntaxError { message: error.error.to_string(), span: span(error.location) });
    let comments =
        parsed.tokens().iter().filter(|token| token.kind() == TokenKind::Comment).map(|t| span(t.range())).collect();
    let tokens = parsed.tokens().len();
    let body = match parsed.into_syntax() {
        ast::Mod::Module(module) => Lowering { depth: 0, class: None }.suite(&module.body),
        ast::Mod::Expression(_) => Arc::new([]),
    };
    Module { body, comments, error, tokens }
}

/// Refuses what would nest too deep for a recursive parser, or take too much memory, by the parser's own tokens, before
/// it sees the file.
fn refused(text: &str) -> Option<SyntaxError> {
    if text.len() <= SMALL {
        return None;
    }
    let mut lexer = lexer::lex(text, Mode::Module);
    let (mut brackets, mut indents, mut operators) = (0_usize, 0_usize, 0_usize);
    let mut after_operand = false;
    for _ in 0..TOKENS {
        let kind = lexer.next_token();
        match kind {
            TokenKind::EndOfFile => return None,
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => {
                brackets += 1;
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::FStringEnd | TokenKind::TStringEnd => {
                brackets = brackets.saturating_sub(1);
            }
            TokenKind::Indent => indents += 1,
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            TokenKind::Newline => operators = 0,
            TokenKind::Not | TokenKind::Lambda | TokenKind::Else | TokenKind::DoubleStar | TokenKind::Await => {
                operators += 1;
            }
            TokenKind::Plus | TokenKind::Minus | TokenKind::Tilde if !after_operand => operators += 1,
            _ => {}
        }
        if brackets > BRACKETS || indents > INDENTS || operators > OPERATORS {
            let message = "it is nested deeper than Python allows".to_owned();
            return Some(SyntaxError { message, span: Span::default() });
        }
        after_operand = matches!(
            kind,
            TokenKind::Name
                | TokenKind::Int
                | TokenKind::Float
                | TokenKind::Complex
                | TokenKind::String
                | TokenKind::FStringEnd
                | TokenKind::TStringEnd
                | TokenKind::Rpar
                | TokenKind::Rsqb
                | TokenKind::Rbrace
        );
    }
    let message = format!("it holds more than {TOKENS} tokens, which is more than migguard reads");
    Some(SyntaxError { message, span: Span::default() })
}

fn span(range: TextRange) -> Span {
    Span { start: range.start().to_u32(), end: range.end().to_u32() }
}

fn name(identifier: &ast::Identifier) -> Name {
    identifier.as_str().into()
}

struct Lowering {
    depth: usize,
    /// The class around, without underscores before it.
    class: Option<Name>,
}

impl Lowering {
    /// A name of a program: inside of a class Python writes the class's before one that begins with two underscores.
    fn name(&self, name: &str) -> Name {
        match &self.class {
            Some(class) if name.starts_with("__") && !name.ends_with("__") => format!("_{class}{name}").into(),
            _ => name.into(),
        }
    }

    fn class_body(&mut self, name: &str, body: &[ast::Stmt]) -> Suite {
        let class = Some(name.trim_start_matches('_')).filter(|class| !class.is_empty()).map(Name::from);
        let outer = std::mem::replace(&mut self.class, class);
        let body = self.suite(body);
        self.class = outer;
        body
    }

    fn suite(&mut self, statements: &[ast::Stmt]) -> Suite {
        if self.depth > DEPTH {
            return Arc::new([]);
        }
        self.depth += 1;
        let suite = statements.iter().filter_map(|statement| self.stmt(statement)).collect();
        self.depth -= 1;
        suite
    }

    fn stmt(&mut self, statement: &ast::Stmt) -> Option<Stmt> {
        let kind = match statement {
            ast::Stmt::FunctionDef(def) => StmtKind::FunctionDef(self.function(def)),
            ast::Stmt::ClassDef(def) => StmtKind::ClassDef(Arc::new(ClassDef {
                name: name(&def.name),
                name_span: span(def.name.range),
                decorators: def.decorator_list.iter().map(|d| self.expr(&d.expression)).collect(),
                arguments: def.arguments.as_deref().map_or_else(Vec::new, |arguments| self.arguments(arguments)),
                body: self.class_body(&def.name, &def.body),
                span: span(def.range),
            })),
            ast::Stmt::Return(s) => StmtKind::Return(self.optional(s.value.as_deref())),
            ast::Stmt::Delete(s) => StmtKind::Delete(self.exprs(&s.targets)),
            ast::Stmt::Assign(s) => StmtKind::Assign { targets: self.exprs(&s.targets), value: self.expr(&s.value) },
            ast::Stmt::AugAssign(s) => StmtKind::AugAssign {
                target: self.expr(&s.target),
                operator: binary_operator(s.op),
                value: self.expr(&s.value),
            },
            ast::Stmt::AnnAssign(s) => StmtKind::AnnAssign {
                target: self.expr(&s.target),
                annotation: self.expr(&s.annotation),
                value: self.optional(s.value.as_deref()),
            },
            ast::Stmt::TypeAlias(s) => match &*s.name {
                ast::Expr::Name(target) => {
                    StmtKind::TypeAlias { name: target.id.as_str().into(), value: self.expr(&s.value) }
                }
                _ => return None,
            },
            ast::Stmt::For(s) => StmtKind::For {
                target: self.expr(&s.target),
                iter: self.expr(&s.iter),
                body: self.suite(&s.body),
                orelse: self.suite(&s.orelse),
            },
            ast::Stmt::While(s) => {
                StmtKind::While { test: self.expr(&s.test), body: self.suite(&s.body), orelse: self.suite(&s.orelse) }
            }
            ast::Stmt::If(s) => {
                let mut branches = vec![(self.expr(&s.test), self.suite(&s.body))];
                let mut orelse: Suite = Arc::new([]);
                for clause in &s.elif_else_clauses {
                    match &clause.test {
                        Some(test) => branches.push((self.expr(test), self.suite(&clause.body))),
                        None => orelse = self.suite(&clause.body),
                    }
                }
                StmtKind::If { branches, orelse }
            }
            ast::Stmt::With(s) => StmtKind::With {
                items: s
                    .items
                    .iter()
                    .map(|item| WithItem {
                        context: self.expr(&item.context_expr),
                        target: self.optional(item.optional_vars.as_deref()),
                    })
                    .collect(),
                body: self.suite(&s.body),
            },
            ast::Stmt::Match(s) => StmtKind::Match {
                subject: self.expr(&s.subject),
                cases: s
                    .cases
                    .iter()
                    .map(|case| MatchCase {
                        pattern: self.pattern(&case.pattern),
                        guard: self.optional(case.guard.as_deref()),
                        body: self.suite(&case.body),
                    })
                    .collect(),
            },
            ast::Stmt::Raise(s) => StmtKind::Raise(self.optional(s.exc.as_deref())),
            ast::Stmt::Try(s) => StmtKind::Try {
                body: self.suite(&s.body),
                handlers: s
                    .handlers
                    .iter()
                    .map(|ast::ExceptHandler::ExceptHandler(handler)| Handler {
                        exception: self.optional(handler.type_.as_deref()),
                        name: handler.name.as_ref().map(|name| self.name(name)),
                        body: self.suite(&handler.body),
                    })
                    .collect(),
                orelse: self.suite(&s.orelse),
                finally: self.suite(&s.finalbody),
            },
            ast::Stmt::Assert(s) => StmtKind::Assert { test: self.expr(&s.test) },
            ast::Stmt::Import(s) => StmtKind::Import(s.names.iter().map(alias).collect()),
            ast::Stmt::ImportFrom(s) => StmtKind::ImportFrom(ImportFrom {
                level: s.level,
                module: s.module.as_ref().map_or_else(|| "".into(), name),
                names: s.names.iter().map(alias).collect(),
            }),
            ast::Stmt::Global(s) => StmtKind::Global(s.names.iter().map(|name| self.name(name)).collect()),
            ast::Stmt::Nonlocal(s) => StmtKind::Global(s.names.iter().map(|name| self.name(name)).collect()),
            ast::Stmt::Expr(s) => StmtKind::Expr(self.expr(&s.value)),
            ast::Stmt::Pass(_) => StmtKind::Pass,
            ast::Stmt::Break(_) => StmtKind::Break,
            ast::Stmt::Continue(_) => StmtKind::Continue,
            ast::Stmt::IpyEscapeCommand(_) => return None,
        };
        Some(Stmt { kind, span: span(statement.range()) })
    }

    fn function(&mut self, def: &ast::StmtFunctionDef) -> Arc<FunctionDef> {
        let body = self.suite(&def.body);
        Arc::new(FunctionDef {
            name: self.name(&def.name),
            name_span: span(def.name.range),
            parameters: self.parameters(&def.parameters),
            decorators: def.decorator_list.iter().map(|d| self.expr(&d.expression)).collect(),
            returns: self.optional(def.returns.as_deref()),
            is_async: def.is_async,
            is_generator: body.iter().any(stmt_yields),
            body,
            span: span(def.range),
        })
    }

    fn parameters(&mut self, parameters: &ast::Parameters) -> Parameters {
        let rest = parameters.vararg.as_ref().map(|p| self.name(&p.name));
        let keyword_rest = parameters.kwarg.as_ref().map(|p| self.name(&p.name));
        let mut parameter = |p: &ast::ParameterWithDefault| Parameter {
            name: self.name(&p.parameter.name),
            annotation: self.optional(p.parameter.annotation.as_deref()),
            default: self.optional(p.default.as_deref()),
        };
        Parameters {
            positional: parameters.posonlyargs.iter().chain(&parameters.args).map(&mut parameter).collect(),
            positional_only: parameters.posonlyargs.len(),
            rest,
            keyword_only: parameters.kwonlyargs.iter().map(&mut parameter).collect(),
            keyword_rest,
        }
    }

    fn arguments(&mut self, arguments: &ast::Arguments) -> Vec<Argument> {
        let positional = arguments.args.iter().map(|argument| match argument {
            ast::Expr::Starred(starred) => (ArgumentKind::Star, &*starred.value),
            argument => (ArgumentKind::Positional, argument),
        });
        let keywords = arguments.keywords.iter().map(|keyword| match &keyword.arg {
            Some(arg) => (ArgumentKind::Keyword(name(arg)), &keyword.value),
            None => (ArgumentKind::DoubleStar, &keyword.value),
        });
        positional.chain(keywords).map(|(kind, value)| Argument { kind, value: self.expr(value) }).collect()
    }

    fn pattern(&mut self, pattern: &ast::Pattern) -> Pattern {
        if self.depth > DEPTH {
            return Pattern::Other(Vec::new());
        }
        self.depth += 1;
        let lowered = match pattern {
            ast::Pattern::MatchValue(p) => Pattern::Value(self.expr(&p.value)),
            ast::Pattern::MatchSingleton(p) => {
                let kind = match p.value {
                    ast::Singleton::None => ExprKind::None,
                    ast::Singleton::True => ExprKind::Bool(true),
                    ast::Singleton::False => ExprKind::Bool(false),
                };
                Pattern::Value(Expr { kind, span: span(p.range) })
            }
            ast::Pattern::MatchSequence(p) if !p.patterns.iter().any(ast::Pattern::is_match_star) => {
                Pattern::Sequence(p.patterns.iter().map(|p| self.pattern(p)).collect())
            }
            ast::Pattern::MatchOr(p) => Pattern::Or(p.patterns.iter().map(|p| self.pattern(p)).collect()),
            ast::Pattern::MatchAs(p) => Pattern::As {
                pattern: p.pattern.as_deref().map(|p| Arc::new(self.pattern(p))),
                name: p.name.as_ref().map(name),
            },
            ast::Pattern::MatchSequence(_)
            | ast::Pattern::MatchMapping(_)
            | ast::Pattern::MatchClass(_)
            | ast::Pattern::MatchStar(_) => {
                let mut names = Vec::new();
                self.captures(pattern, &mut names);
                Pattern::Other(names)
            }
        };
        self.depth -= 1;
        lowered
    }

    /// The names that a pattern binds.
    fn captures(&mut self, pattern: &ast::Pattern, names: &mut Vec<Name>) {
        if self.depth > DEPTH {
            return;
        }
        self.depth += 1;
        match pattern {
            ast::Pattern::MatchSequence(p) => p.patterns.iter().for_each(|p| self.captures(p, names)),
            ast::Pattern::MatchOr(p) => p.patterns.iter().for_each(|p| self.captures(p, names)),
            ast::Pattern::MatchMapping(p) => {
                p.patterns.iter().for_each(|p| self.captures(p, names));
                names.extend(p.rest.as_ref().map(name));
            }
            ast::Pattern::MatchClass(p) => {
                p.arguments.patterns.iter().for_each(|p| self.captures(p, names));
                p.arguments.keywords.iter().for_each(|k| self.captures(&k.pattern, names));
            }
            ast::Pattern::MatchStar(p) => names.extend(p.name.as_ref().map(name)),
            ast::Pattern::MatchAs(p) => {
                if let Some(inner) = &p.pattern {
                    self.captures(inner, names);
                }
                names.extend(p.name.as_ref().map(name));
            }
            ast::Pattern::MatchValue(_) | ast::Pattern::MatchSingleton(_) => {}
        }
        self.depth -= 1;
    }

    fn exprs<'a>(&mut self, expressions: impl IntoIterator<Item = &'a ast::Expr>) -> Vec<Expr> {
        expressions.into_iter().map(|expression| self.expr(expression)).collect()
    }

    fn shared<'a>(&mut self, expressions: impl IntoIterator<Item = &'a ast::Expr>) -> Arc<[Expr]> {
        self.exprs(expressions).into()
    }

    fn optional(&mut self, expression: Option<&ast::Expr>) -> Option<Expr> {
        expression.map(|expression| self.expr(expression))
    }

    fn arc(&mut self, expression: &ast::Expr) -> Arc<Expr> {
        Arc::new(self.expr(expression))
    }

    fn expr(&mut self, expression: &ast::Expr) -> Expr {
        let span = span(expression.range());
        if self.depth > DEPTH {
            return Expr { kind: ExprKind::TooDeep, span };
        }
        self.depth += 1;
        let kind = self.expr_kind(expression);
        self.depth -= 1;
        Expr { kind, span }
    }

    fn expr_kind(&mut self, expression: &ast::Expr) -> ExprKind {
        match expression {
            ast::Expr::BoolOp(e) => {
                let values = self.shared(&e.values);
                match e.op {
                    ast::BoolOp::And => ExprKind::And(values),
                    ast::BoolOp::Or => ExprKind::Or(values),
                }
            }
            ast::Expr::Named(e) => match &*e.target {
                ast::Expr::Name(target) => ExprKind::Walrus { name: self.name(&target.id), value: self.arc(&e.value) },
                _ => ExprKind::Other,
            },
            ast::Expr::BinOp(e) => {
                ExprKind::Binary { operator: binary_operator(e.op), left: self.arc(&e.left), right: self.arc(&e.right) }
            }
            ast::Expr::UnaryOp(e) => {
                let operand = self.arc(&e.operand);
                match e.op {
                    ast::UnaryOp::Not => ExprKind::Not(operand),
                    ast::UnaryOp::USub => ExprKind::Negative(operand),
                    ast::UnaryOp::UAdd | ast::UnaryOp::Invert => ExprKind::OtherUnary(operand),
                }
            }
            ast::Expr::Lambda(e) => {
                let body = self.expr(&e.body);
                let at = body.span;
                ExprKind::Lambda(Arc::new(FunctionDef {
                    name: "<lambda>".into(),
                    name_span: span(e.range),
                    parameters: e.parameters.as_deref().map_or_else(Parameters::default, |p| self.parameters(p)),
                    decorators: Vec::new(),
                    returns: None,
                    is_async: false,
                    is_generator: yields(&body),
                    body: Arc::new([Stmt { kind: StmtKind::Return(Some(body)), span: at }]),
                    span: span(e.range),
                }))
            }
            ast::Expr::If(e) => {
                ExprKind::Conditional { test: self.arc(&e.test), body: self.arc(&e.body), orelse: self.arc(&e.orelse) }
            }
            ast::Expr::Dict(e) => ExprKind::Dict(
                e.items.iter().map(|item| (self.optional(item.key.as_ref()), self.expr(&item.value))).collect(),
            ),
            ast::Expr::Set(e) => ExprKind::Set(self.shared(&e.elts)),
            ast::Expr::List(e) => ExprKind::List(self.shared(&e.elts)),
            ast::Expr::Tuple(e) => ExprKind::Tuple(self.shared(&e.elts)),
            ast::Expr::ListComp(e) => self.comprehension(ComprehensionKind::List, &e.elt, None, &e.generators),
            ast::Expr::SetComp(e) => self.comprehension(ComprehensionKind::Set, &e.elt, None, &e.generators),
            ast::Expr::Generator(e) => self.comprehension(ComprehensionKind::Generator, &e.elt, None, &e.generators),
            ast::Expr::DictComp(e) => match &e.key {
                Some(key) => self.comprehension(ComprehensionKind::Dict, key, Some(&e.value), &e.generators),
                None => ExprKind::Other,
            },
            ast::Expr::Await(e) => ExprKind::Await(self.arc(&e.value)),
            ast::Expr::Yield(e) => ExprKind::Yield(e.value.as_deref().map(|value| self.arc(value))),
            ast::Expr::YieldFrom(e) => ExprKind::YieldFrom(self.arc(&e.value)),
            ast::Expr::Compare(e) => ExprKind::Compare {
                left: self.arc(&e.left),
                rest: e.ops.iter().zip(&e.comparators).map(|(op, right)| (comparison(*op), self.expr(right))).collect(),
            },
            ast::Expr::Call(e) => {
                ExprKind::Call { function: self.arc(&e.func), arguments: self.arguments(&e.arguments).into() }
            }
            ast::Expr::FString(e) => {
                let mut parts = Vec::new();
                for part in e.value.as_slice() {
                    match part {
                        ast::FStringPart::Literal(literal) => {
                            parts.push(FStringPart::Literal(literal.as_str().into()));
                        }
                        ast::FStringPart::FString(string) => self.interpolated(&string.elements, &mut parts),
                    }
                }
                ExprKind::FString { parts: parts.into(), template: false }
            }
            ast::Expr::TString(e) => {
                let mut parts = Vec::new();
                for string in e.value.as_slice() {
                    self.interpolated(&string.elements, &mut parts);
                }
                ExprKind::FString { parts: parts.into(), template: true }
            }
            ast::Expr::StringLiteral(e) => ExprKind::Str(e.value.to_str().into()),
            ast::Expr::BytesLiteral(e) => ExprKind::Bytes(e.value.bytes().collect()),
            ast::Expr::NumberLiteral(e) => match &e.value {
                ast::Number::Int(int) => int.as_i64().map_or(ExprKind::Other, ExprKind::Int),
                ast::Number::Float(float) => ExprKind::Float(*float),
                ast::Number::Complex { .. } => ExprKind::Other,
            },
            ast::Expr::BooleanLiteral(e) => ExprKind::Bool(e.value),
            ast::Expr::NoneLiteral(_) => ExprKind::None,
            ast::Expr::EllipsisLiteral(_) => ExprKind::Ellipsis,
            ast::Expr::Attribute(e) => ExprKind::Attribute { value: self.arc(&e.value), attribute: self.name(&e.attr) },
            ast::Expr::Subscript(e) => ExprKind::Subscript { value: self.arc(&e.value), index: self.arc(&e.slice) },
            ast::Expr::Slice(e) => {
                let mut bound = |part: &Option<Box<ast::Expr>>| part.as_deref().map(|part| self.arc(part));
                ExprKind::Slice { lower: bound(&e.lower), upper: bound(&e.upper), step: bound(&e.step) }
            }
            ast::Expr::Starred(e) => ExprKind::Starred(self.arc(&e.value)),
            ast::Expr::Name(e) => ExprKind::Name(self.name(&e.id)),
            ast::Expr::IpyEscapeCommand(_) => ExprKind::Other,
        }
    }

    fn comprehension(
        &mut self,
        kind: ComprehensionKind,
        element: &ast::Expr,
        value: Option<&ast::Expr>,
        generators: &[ast::Comprehension],
    ) -> ExprKind {
        ExprKind::Comprehension {
            kind,
            element: self.arc(element),
            value: value.map(|value| self.arc(value)),
            generators: generators
                .iter()
                .map(|generator| Generator {
                    target: self.expr(&generator.target),
                    iter: self.expr(&generator.iter),
                    ifs: self.exprs(&generator.ifs),
                })
                .collect(),
        }
    }

    fn interpolated(&mut self, elements: &ast::InterpolatedStringElements, parts: &mut Vec<FStringPart>) {
        for element in elements {
            match element {
                ast::InterpolatedStringElement::Literal(literal) => {
                    parts.push(FStringPart::Literal((&*literal.value).into()));
                }
                ast::InterpolatedStringElement::Interpolation(interpolation) => {
                    // `{x=}` writes the expression itself before its value.
                    if let Some(debug) = &interpolation.debug_text {
                        let text = format!("{}{}{}", debug.leading(), debug.expression(), debug.trailing());
                        parts.push(FStringPart::Literal(text.into()));
                    }
                    let format = match interpolation.format_spec.as_deref() {
                        None => Some("".into()),
                        Some(spec) => match spec.elements.iter().collect::<Vec<_>>()[..] {
                            [] => Some("".into()),
                            [ast::InterpolatedStringElement::Literal(literal)] => Some((&*literal.value).into()),
                            _ => None,
                        },
                    };
                    parts.push(FStringPart::Value {
                        value: self.expr(&interpolation.expression),
                        repr: interpolation.debug_text.is_some()
                            && interpolation.conversion == ast::ConversionFlag::None
                            || matches!(
                                interpolation.conversion,
                                ast::ConversionFlag::Repr | ast::ConversionFlag::Ascii
                            ),
                        format,
                    });
                }
            }
        }
    }
}

fn alias(alias: &ast::Alias) -> Alias {
    Alias { name: name(&alias.name), asname: alias.asname.as_ref().map(name), span: span(alias.range) }
}

fn binary_operator(operator: ast::Operator) -> BinaryOperator {
    match operator {
        ast::Operator::Add => BinaryOperator::Add,
        ast::Operator::Sub => BinaryOperator::Sub,
        ast::Operator::Mult => BinaryOperator::Mult,
        ast::Operator::Mod => BinaryOperator::Mod,
        ast::Operator::BitOr => BinaryOperator::BitOr,
        ast::Operator::BitAnd => BinaryOperator::BitAnd,
        ast::Operator::FloorDiv => BinaryOperator::FloorDiv,
        ast::Operator::Div => BinaryOperator::Div,
        ast::Operator::MatMult
        | ast::Operator::Pow
        | ast::Operator::LShift
        | ast::Operator::RShift
        | ast::Operator::BitXor => BinaryOperator::Other,
    }
}

fn comparison(operator: ast::CmpOp) -> Comparison {
    match operator {
        ast::CmpOp::Eq => Comparison::Eq,
        ast::CmpOp::NotEq => Comparison::NotEq,
        ast::CmpOp::Lt => Comparison::Lt,
        ast::CmpOp::LtE => Comparison::LtE,
        ast::CmpOp::Gt => Comparison::Gt,
        ast::CmpOp::GtE => Comparison::GtE,
        ast::CmpOp::Is => Comparison::Is,
        ast::CmpOp::IsNot => Comparison::IsNot,
        ast::CmpOp::In => Comparison::In,
        ast::CmpOp::NotIn => Comparison::NotIn,
    }
}

/// Whether a `yield` stands in the statement, outside nested functions and classes.
fn stmt_yields(statement: &Stmt) -> bool {
    let here = match &statement.kind {
        StmtKind::Expr(value)
        | StmtKind::Assign { value, .. }
        | StmtKind::AugAssign { value, .. }
        | StmtKind::Return(Some(value))
        | StmtKind::AnnAssign { value: Some(value), .. } => yields(value),
        _ => false,
    };
    here || statement.kind.suites().into_iter().any(|suite| suite.iter().any(stmt_yields))
}

/// Whether the expression is, or directly holds, a `yield`. Where it stands deeper makes no difference to a caller
/// who only wants to know what a generator's body does.
fn yields(expression: &Expr) -> bool {
    match &expression.kind {
        ExprKind::Yield(_) | ExprKind::YieldFrom(_) => true,
        ExprKind::Await(inner) | ExprKind::Walrus { value: inner, .. } => yields(inner),
        ExprKind::Call { arguments, .. } => arguments.iter().any(|argument| yields(&argument.value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> Option<String> {
        crate::stack::with_room(|| parse(text).error.map(|error| error.message))
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let error = errors(&"x = 1\n".repeat(TOKENS / 4 + 1));
        assert_eq!(error.as_deref(), Some("it holds more than 2000000 tokens, which is more than migguard reads"));
    }

    #[test]
    fn syntax_of_every_python_is_read() {
        for text in [
            "x = f'{a[\"b\"]!r:>{width}}' f\"{f'{1}'}\"",
            "f'{x['a']}'",
            "try:\n    pass\nexcept A, B:\n    pass\n",
            "t'{x}'",
            "type X[T = int] = list[T]",
            "def f[T: int = str](a, /, b, *, c): ...",
            "class A[*Ts = *tuple[int]]: ...",
            "match x:\n    case {'a': [1, *_], **rest} | A(b=None): pass\n",
            "async def f():\n    async with a as (b, c): await d\n",
            "with (open(a) as b, open(c) as d): pass",
            "x = 1\r\nif x:\r\n    y\r\n",
            "print(*a, sep='')",
            "def f(a: int = 1, *args: int, **kw) -> None: yield 1",
        ] {
            assert_eq!(errors(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_python_is_said() {
        assert!(errors("print 'x'").is_some());
        assert!(errors("def f(:\n  pass").is_some());
        assert!(errors("<<<<<<< HEAD").is_some());
    }

    #[test]
    fn no_nesting_brings_it_down() {
        let n = 200_000;
        let deep: [String; 12] = [
            format!("x = {}{}", "(".repeat(n), ")".repeat(n)),
            format!("x = {}", "(".repeat(10_000)),
            format!("x = {}1", "1+".repeat(n)),
            format!("x = a{}", ".b".repeat(n)),
            format!("x = a{}", "()".repeat(n)),
            format!("x = a{}", "[0]".repeat(n)),
            format!("x = {}1", "-".repeat(n)),
            format!("x = {}1", "not ".repeat(n)),
            format!("x = {}1", "lambda: ".repeat(n)),
            format!("x = {}1", "1 if a else ".repeat(n)),
            format!("x = {}1", "1**".repeat(n)),
            (0..2_000).flat_map(|i| [" ".repeat(i), "if a:\n".to_owned()]).collect(),
        ];
        for text in deep {
            errors(&text);
        }
        errors(&format!("x = {}", "[".repeat(30_000)));
        errors(&format!("x = {}1", "- ".repeat(15_000)));
        errors(&format!("x = {}1", "1**".repeat(10_000)));
    }

    #[test]
    fn generators_are_known() {
        let module = parse("def f():\n    for x in y:\n        z = yield x\ndef g():\n    def h(): yield\n");
        let generators: Vec<_> = module
            .body
            .iter()
            .map(|s| match &s.kind {
                StmtKind::FunctionDef(def) => def.is_generator,
                _ => unreachable!(),
            })
            .collect();
        assert_eq!(generators, [true, false]);
    }
}
