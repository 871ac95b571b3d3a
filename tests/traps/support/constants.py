OLD_TABLE = 'from_constants'
