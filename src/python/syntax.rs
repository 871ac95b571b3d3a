//! The syntax tree that the rest of migguard sees.
//!
//! It is made from the parser's tree by [`super::parse`] and differs from it where that helps a reader of programs:
//! nodes are shared and may outlive their file, literals are decoded, the parts of a string are joined, chains that
//! nest without end are cut to [`ExprKind::TooDeep`]. Whoever walks this tree may recurse.
//!
//! Two pieces are equal where they say the same, wherever they stand: spans, annotations and docstrings do not count.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A part of a source file, in bytes of its decoded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

pub type Name = Arc<str>;
pub type Suite = Arc<[Stmt]>;

#[derive(Debug, Clone)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum StmtKind {
    FunctionDef(Arc<FunctionDef>),
    ClassDef(Arc<ClassDef>),
    Return(Option<Expr>),
    Delete(Vec<Expr>),
    Assign {
        targets: Vec<Expr>,
        value: Expr,
    },
    AugAssign {
        target: Expr,
        operator: BinaryOperator,
        value: Expr,
    },
    AnnAssign {
        target: Expr,
        annotation: Expr,
        value: Option<Expr>,
    },
    /// `type X = …`
    TypeAlias {
        name: Name,
        value: Expr,
    },
    For {
        target: Expr,
        iter: Expr,
        body: Suite,
        orelse: Suite,
    },
    While {
        test: Expr,
        body: Suite,
        orelse: Suite,
    },
    /// `if` and its `elif`s in order, then `else`.
    If {
        branches: Vec<(Expr, Suite)>,
        orelse: Suite,
    },
    With {
        items: Vec<WithItem>,
        body: Suite,
    },
    Match {
        subject: Expr,
        cases: Vec<MatchCase>,
    },
    Raise(Option<Expr>),
    Try {
        body: Suite,
        handlers: Vec<Handler>,
        orelse: Suite,
        finally: Suite,
    },
    Assert {
        test: Expr,
    },
    Import(Vec<Alias>),
    ImportFrom(ImportFrom),
    /// `global` and `nonlocal`.
    Global(Vec<Name>),
    Expr(Expr),
    Pass,
    Break,
    Continue,
}

#[derive(Debug)]
pub struct FunctionDef {
    /// `<lambda>` for a lambda.
    pub name: Name,
    pub name_span: Span,
    pub parameters: Parameters,
    pub decorators: Vec<Expr>,
    pub returns: Option<Expr>,
    /// A lambda's body is one `return`.
    pub body: Suite,
    pub is_async: bool,
    /// Whether a `yield` stands in the body itself, so that a call makes a generator.
    pub is_generator: bool,
    pub span: Span,
}

#[derive(Debug, Default, PartialEq)]
pub struct Parameters {
    /// In order; those before `positional_only` cannot be named by a caller.
    pub positional: Vec<Parameter>,
    pub positional_only: usize,
    /// `*args`
    pub rest: Option<Name>,
    pub keyword_only: Vec<Parameter>,
    /// `**kwargs`
    pub keyword_rest: Option<Name>,
}

#[derive(Debug)]
pub struct Parameter {
    pub name: Name,
    pub annotation: Option<Expr>,
    pub default: Option<Expr>,
}

#[derive(Debug)]
pub struct ClassDef {
    pub name: Name,
    pub name_span: Span,
    pub decorators: Vec<Expr>,
    /// Bases and keywords as written.
    pub arguments: Vec<Argument>,
    pub body: Suite,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct WithItem {
    pub context: Expr,
    pub target: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Handler {
    pub exception: Option<Expr>,
    pub name: Option<Name>,
    pub body: Suite,
}

#[derive(Debug, Clone, PartialEq)]
pub struct MatchCase {
    pub pattern: Pattern,
    pub guard: Option<Expr>,
    pub body: Suite,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// A literal or a dotted name, compared by `==`.
    Value(Expr),
    Sequence(Vec<Pattern>),
    Or(Vec<Pattern>),
    /// `case pattern as name`; without a pattern the name takes anything, without a name it is `_`.
    As {
        pattern: Option<Arc<Pattern>>,
        name: Option<Name>,
    },
    /// Mapping, class and star patterns, with the names that they bind.
    Other(Vec<Name>),
}

/// `name as asname` of an import.
#[derive(Debug, Clone)]
pub struct Alias {
    pub name: Name,
    pub asname: Option<Name>,
    pub span: Span,
}

/// `from ..module import a as b, c`
#[derive(Debug, Clone, PartialEq)]
pub struct ImportFrom {
    /// The number of leading dots.
    pub level: u32,
    /// Without the dots; empty for `from . import x`.
    pub module: Name,
    /// `*` is an alias of that name.
    pub names: Vec<Alias>,
}

#[derive(Debug, Clone)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
    Ellipsis,
    Name(Name),
    Attribute {
        value: Arc<Expr>,
        attribute: Name,
    },
    Call {
        function: Arc<Expr>,
        arguments: Arc<[Argument]>,
    },
    Subscript {
        value: Arc<Expr>,
        index: Arc<Expr>,
    },
    /// Only inside a subscript.
    Slice {
        lower: Option<Arc<Expr>>,
        upper: Option<Arc<Expr>>,
        step: Option<Arc<Expr>>,
    },
    Tuple(Arc<[Expr]>),
    List(Arc<[Expr]>),
    Set(Arc<[Expr]>),
    /// `**other` has no key.
    Dict(Arc<[(Option<Expr>, Expr)]>),
    Binary {
        operator: BinaryOperator,
        left: Arc<Expr>,
        right: Arc<Expr>,
    },
    Not(Arc<Expr>),
    /// `-x`
    Negative(Arc<Expr>),
    /// `+x` and `~x`
    OtherUnary(Arc<Expr>),
    And(Arc<[Expr]>),
    Or(Arc<[Expr]>),
    Compare {
        left: Arc<Expr>,
        rest: Arc<[(Comparison, Expr)]>,
    },
    Conditional {
        test: Arc<Expr>,
        body: Arc<Expr>,
        orelse: Arc<Expr>,
    },
    Lambda(Arc<FunctionDef>),
    Comprehension {
        kind: ComprehensionKind,
        element: Arc<Expr>,
        /// A dict's value; `element` is its key.
        value: Option<Arc<Expr>>,
        generators: Arc<[Generator]>,
    },
    /// An f-string, or a t-string, whose text is not known before it runs.
    FString {
        parts: Arc<[FStringPart]>,
        template: bool,
    },
    /// `name := value`
    Walrus {
        name: Name,
        value: Arc<Expr>,
    },
    Starred(Arc<Expr>),
    Await(Arc<Expr>),
    Yield(Option<Arc<Expr>>),
    YieldFrom(Arc<Expr>),
    /// What has no meaning for migguard: a complex or a huge number.
    Other,
    /// Nested beyond [`super::parse::DEPTH`].
    TooDeep,
}

/// An argument of a call, or a base of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    pub kind: ArgumentKind,
    pub value: Expr,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArgumentKind {
    Positional,
    Keyword(Name),
    /// `*value`
    Star,
    /// `**value`
    DoubleStar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOperator {
    Add,
    Sub,
    Mult,
    Mod,
    BitOr,
    BitAnd,
    FloorDiv,
    Div,
    /// Those that no known value needs.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComprehensionKind {
    List,
    Set,
    Dict,
    Generator,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Generator {
    pub target: Expr,
    pub iter: Expr,
    pub ifs: Vec<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum FStringPart {
    Literal(Arc<str>),
    Value {
        value: Expr,
        /// `!r` and `!a` quote the value.
        repr: bool,
        /// Literal format specifications only; `None` where it has parts of its own.
        format: Option<Arc<str>>,
    },
}

impl Expr {
    /// The dotted name that this expression spells, as in `sa.Column`.
    pub fn dotted(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Name(name) => Some(name.to_string()),
            ExprKind::Attribute { value, attribute } => {
                let mut name = value.dotted()?;
                name.push('.');
                name.push_str(attribute);
                Some(name)
            }
            _ => None,
        }
    }

    /// The text of a string literal.
    pub fn as_str(&self) -> Option<&Arc<str>> {
        match &self.kind {
            ExprKind::Str(text) => Some(text),
            _ => None,
        }
    }
}

impl StmtKind {
    /// The suites that this statement holds itself, in source order. Functions and classes are not entered.
    pub fn suites(&self) -> Vec<&Suite> {
        match self {
            Self::For { body, orelse, .. } | Self::While { body, orelse, .. } => vec![body, orelse],
            Self::If { branches, orelse } => {
                branches.iter().map(|(_, body)| body).chain(std::iter::once(orelse)).collect()
            }
            Self::With { body, .. } => vec![body],
            Self::Match { cases, .. } => cases.iter().map(|case| &case.body).collect(),
            Self::Try { body, handlers, orelse, finally } => std::iter::once(body)
                .chain(handlers.iter().map(|handler| &handler.body))
                .chain([orelse, finally])
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// The statements of a suite that do something: not docstrings, and not `pass`.
pub fn working(suite: &Suite) -> impl Iterator<Item = &Stmt> {
    suite.iter().filter(|statement| match &statement.kind {
        StmtKind::Pass => false,
        StmtKind::Expr(value) => !matches!(value.kind, ExprKind::Str(_) | ExprKind::Ellipsis),
        StmtKind::AnnAssign { value, .. } => value.is_some(),
        _ => true,
    })
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl PartialEq for Alias {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.asname == other.asname
    }
}

impl PartialEq for Parameter {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.default == other.default
    }
}

impl PartialEq for FunctionDef {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.parameters == other.parameters
            && self.decorators == other.decorators
            && self.is_async == other.is_async
            && working(&self.body).eq(working(&other.body))
    }
}

impl PartialEq for ClassDef {
    fn eq(&self, other: &Self) -> bool {
        // The annotations of a class's body make its fields.
        self.name == other.name
            && self.decorators == other.decorators
            && self.arguments == other.arguments
            && self.body == other.body
    }
}

impl PartialEq for Stmt {
    fn eq(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            // `x: int = 1` assigns as `x = 1` does.
            (StmtKind::AnnAssign { target, value: Some(value), .. }, StmtKind::Assign { targets, value: other })
            | (StmtKind::Assign { targets, value: other }, StmtKind::AnnAssign { target, value: Some(value), .. }) => {
                value == other && *targets == [target.clone()]
            }
            (
                StmtKind::AnnAssign { target, value: Some(value), .. },
                StmtKind::AnnAssign { target: other_target, value: Some(other), .. },
            ) => target == other_target && value == other,
            (kind, other) => kind == other,
        }
    }
}
