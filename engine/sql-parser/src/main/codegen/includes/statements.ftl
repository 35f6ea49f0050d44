StatementNode CreateStatement() :
{
    final Span s;
    boolean temporary = false;
    boolean replace = false;
    final Statement statement;
}
{
    <CREATE> { s = span(); }
    [ <OR> <REPLACE> { replace = true; } ]
    [ <TEMPORARY> { temporary = true; } [ <SYSTEM> ] ]
    (
        statement = CreateTable(temporary)
    |
        statement = CreateView(temporary, replace)
    |
        statement = CreateFunction(temporary)
    )
    { return new StatementNode(s.end(this), statement); }
}

boolean IfNotExists() :
{
    boolean found = false;
}
{
    [ LOOKAHEAD(3) <IF> <NOT> <EXISTS> { found = true; } ]
    { return found; }
}

boolean IfExists() :
{
    boolean found = false;
}
{
    [ LOOKAHEAD(2) <IF> <EXISTS> { found = true; } ]
    { return found; }
}

String CommentOpt() :
{
    String text = "";
}
{
    [ <COMMENT> text = StringValue() ]
    { return text; }
}

String StringValue() :
{
}
{
    <QUOTED_STRING> { return SqlParserUtil.parseString(token.image); }
}

Statement CreateTable(boolean temporary) :
{
    final boolean ifNotExists;
    final SqlIdentifier name;
    final List<Statement.Column> columns = new ArrayList<Statement.Column>();
    final List<SqlIdentifier> primaryKey = new ArrayList<SqlIdentifier>();
    final List<Statement.Watermark> watermarks = new ArrayList<Statement.Watermark>();
    List<SqlIdentifier> partitionedBy = new ArrayList<SqlIdentifier>();
    final LinkedHashMap<String, String> properties = new LinkedHashMap<String, String>();
    SqlIdentifier like = null;
    boolean likeOptions = true;
    SqlNode query = null;
}
{
    <TABLE> ifNotExists = IfNotExists() name = CompoundIdentifier()
    [
        <LPAREN>
        TableElement(columns, primaryKey, watermarks)
        ( <COMMA> TableElement(columns, primaryKey, watermarks) )*
        <RPAREN>
    ]
    CommentOpt()
    [ <PARTITIONED> <BY> partitionedBy = ColumnNames() ]
    [ <WITH> Options(properties) ]
    [ <LIKE> like = CompoundIdentifier() [ likeOptions = LikeOptions() ] ]
    [ <AS> query = OrderedQueryOrExpr(ExprContext.ACCEPT_QUERY) ]
    {
        return new Statement.CreateTable(name, temporary, ifNotExists, columns, primaryKey, watermarks, partitionedBy,
            properties, Optional.ofNullable(like), likeOptions, Optional.ofNullable(query));
    }
}

/** The properties of LIKE; returns whether the other table's properties are taken over. */
boolean LikeOptions() :
{
    boolean properties = true;
    boolean including;
}
{
    <LPAREN>
    (
        ( <INCLUDING> { including = true; } | <EXCLUDING> { including = false; } | <OVERWRITING> { including = true; } )
        (
            ( <ALL> | <OPTIONS> ) { properties = including; }
        |
            <IDENTIFIER>
        |
            <METADATA>
        )
    )*
    <RPAREN>
    { return properties; }
}

List<SqlIdentifier> ColumnNames() :
{
    final List<SqlIdentifier> names = new ArrayList<SqlIdentifier>();
    SqlIdentifier name;
}
{
    <LPAREN>
    name = SimpleIdentifier() { names.add(name); }
    ( <COMMA> name = SimpleIdentifier() { names.add(name); } )*
    <RPAREN>
    { return names; }
}

void Options(LinkedHashMap<String, String> properties) :
{
}
{
    <LPAREN>
    [
        Option(properties)
        ( <COMMA> Option(properties) )*
    ]
    <RPAREN>
}

void Option(LinkedHashMap<String, String> properties) :
{
    final String key;
    final String value;
}
{
    key = StringValue() <EQ> value = StringValue()
    { properties.put(key, value); }
}

void TableElement(List<Statement.Column> columns, List<SqlIdentifier> primaryKey, List<Statement.Watermark> watermarks) :
{
    SqlIdentifier name;
    SqlNode expression;
    List<SqlIdentifier> key;
}
{
    LOOKAHEAD(2)
    <WATERMARK> <FOR> name = CompoundIdentifier() <AS> expression = Expression(ExprContext.ACCEPT_SUB_QUERY)
    { watermarks.add(new Statement.Watermark(name, expression)); }
|
    LOOKAHEAD(2)
    [ <CONSTRAINT> SimpleIdentifier() ] <PRIMARY> <KEY> key = ColumnNames() <NOT> <ENFORCED>
    { primaryKey.addAll(key); }
|
    TableColumn(columns, primaryKey)
}

void TableColumn(List<Statement.Column> columns, List<SqlIdentifier> primaryKey) :
{
    final SqlIdentifier name;
    SqlDataTypeSpec type;
    SqlNode expression;
    String key;
    boolean virtual = false;
}
{
    name = SimpleIdentifier()
    (
        <AS> expression = Expression(ExprContext.ACCEPT_SUB_QUERY) CommentOpt()
        { columns.add(new Statement.ComputedColumn(name, expression)); }
    |
        type = NullableDataType()
        (
            <METADATA> { key = name.getSimple(); }
            [ <FROM> key = StringValue() ]
            [ <VIRTUAL> { virtual = true; } ]
            CommentOpt()
            { columns.add(new Statement.MetadataColumn(name, type, key, virtual)); }
        |
            [ <PRIMARY> <KEY> <NOT> <ENFORCED> { primaryKey.add(name); } ]
            CommentOpt()
            { columns.add(new Statement.PhysicalColumn(name, type)); }
        )
    )
}

SqlDataTypeSpec NullableDataType() :
{
    SqlDataTypeSpec type;
}
{
    type = DataType()
    (
        LOOKAHEAD(2)
        <NOT> <NULL> { type = type.withNullable(false); }
    |
        <NULL> { type = type.withNullable(true); }
    |
        { type = type.withNullable(true); }
    )
    { return type; }
}

Statement CreateView(boolean temporary, boolean replace) :
{
    final boolean ifNotExists;
    final SqlIdentifier name;
    List<SqlIdentifier> columns = new ArrayList<SqlIdentifier>();
    final SqlNode query;
}
{
    <VIEW> ifNotExists = IfNotExists() name = CompoundIdentifier()
    [ columns = ColumnNames() ]
    CommentOpt()
    <AS> query = OrderedQueryOrExpr(ExprContext.ACCEPT_QUERY)
    { return new Statement.CreateView(name, temporary, ifNotExists, columns, query); }
}

Statement CreateFunction(boolean temporary) :
{
    final boolean ifNotExists;
    final SqlIdentifier name;
    final String className;
    String jar;
    final List<String> jars = new ArrayList<String>();
}
{
    <FUNCTION> ifNotExists = IfNotExists() name = CompoundIdentifier()
    <AS> className = StringValue()
    [ <LANGUAGE> <JAVA> ]
    [
        <USING> <JAR> jar = StringValue() { jars.add(jar); }
        ( <COMMA> <JAR> jar = StringValue() { jars.add(jar); } )*
    ]
    { return new Statement.CreateFunction(name, temporary, ifNotExists, className, jars); }
}

StatementNode DropStatement() :
{
    final Span s;
    final Statement.ObjectKind kind;
    final boolean ifExists;
    final SqlIdentifier name;
}
{
    <DROP> { s = span(); }
    [ <TEMPORARY> [ <SYSTEM> ] ]
    (
        <TABLE> { kind = Statement.ObjectKind.TABLE; }
    |
        <VIEW> { kind = Statement.ObjectKind.VIEW; }
    |
        <FUNCTION> { kind = Statement.ObjectKind.FUNCTION; }
    )
    ifExists = IfExists() name = CompoundIdentifier()
    { return new StatementNode(s.end(this), new Statement.Drop(kind, name, ifExists)); }
}

StatementNode SetStatement() :
{
    final Span s;
    String key;
    String value;
}
{
    <SET> { s = span(); }
    (
        key = StringValue() <EQ> value = StringValue()
        { return new StatementNode(s.end(this), new Statement.SetOption(Optional.of(key), value)); }
    |
        { return new StatementNode(s.end(this), new Statement.SetOption(Optional.<String>empty(), "")); }
    )
}

StatementNode ResetStatement() :
{
    final Span s;
    String key = null;
}
{
    <RESET> { s = span(); }
    [ key = StringValue() ]
    { return new StatementNode(s.end(this), new Statement.ResetOption(Optional.ofNullable(key))); }
}

StatementNode ExplainStatement() :
{
    final Span s;
    final List<String> details = new ArrayList<String>();
    final SqlNode statement;
}
{
    <EXPLAIN> { s = span(); }
    [
        LOOKAHEAD(2)
        <PLAN> <FOR>
    |
        ExplainDetail(details) ( <COMMA> ExplainDetail(details) )*
    ]
    (
        statement = OrderedQueryOrExpr(ExprContext.ACCEPT_QUERY)
    |
        statement = SqlInsert()
    |
        LOOKAHEAD(2)
        statement = StatementSet()
    |
        statement = ExecuteInsert()
    )
    { return new StatementNode(s.end(this), new Statement.Explain(details, statement)); }
}

void ExplainDetail(List<String> details) :
{
}
{
    ( <ESTIMATED_COST> | <CHANGELOG_MODE> | <JSON_EXECUTION_PLAN> | <PLAN_ADVICE> )
    { details.add(token.image.toUpperCase(Locale.ROOT)); }
}

StatementNode ShowStatement() :
{
    final Span s;
    SqlIdentifier table = null;
    final String what;
}
{
    <SHOW> { s = span(); }
    (
        <TABLES> { what = "TABLES"; }
    |
        <VIEWS> { what = "VIEWS"; }
    |
        [ <USER> ] <FUNCTIONS> { what = "FUNCTIONS"; }
    |
        <CREATE> ( <TABLE> | <VIEW> ) { what = "CREATE"; } table = CompoundIdentifier()
    )
    { return new StatementNode(s.end(this), new Statement.Show(what, Optional.ofNullable(table))); }
}

StatementNode DescribeStatement() :
{
    final Span s;
    final SqlIdentifier table;
}
{
    ( <DESCRIBE> | <DESC> ) { s = span(); } table = CompoundIdentifier()
    { return new StatementNode(s.end(this), new Statement.Describe(table)); }
}

StatementNode UseStatement() :
{
    final Span s;
    final SqlIdentifier name;
}
{
    <USE> { s = span(); } [ LOOKAHEAD(2) <CATALOG> ] name = CompoundIdentifier()
    { return new StatementNode(s.end(this), new Statement.Use(name)); }
}

StatementNode AddJarStatement() :
{
    final Span s;
    final String path;
}
{
    <ADD> { s = span(); } <JAR> path = StringValue()
    { return new StatementNode(s.end(this), new Statement.AddJar(path)); }
}

StatementNode StatementSet() :
{
    final Span s;
    final List<SqlNode> inserts = new ArrayList<SqlNode>();
    SqlNode insert;
}
{
    (
        <EXECUTE> { s = span(); } <STATEMENT> <SET> <BEGIN>
    |
        <BEGIN> { s = span(); } <STATEMENT> <SET> <SEMICOLON>
    )
    ( insert = SqlInsert() { inserts.add(insert); } <SEMICOLON> )+
    <END>
    { return new StatementNode(s.end(this), new Statement.StatementSet(inserts)); }
}

SqlNode ExecuteInsert() :
{
    final SqlNode insert;
}
{
    <EXECUTE> insert = SqlInsert()
    { return insert; }
}

SqlTypeNameSpec HeadraceTypeName() :
{
    final Span s = Span.of();
    SqlDataTypeSpec element;
    int precision = -1;
    final SqlTypeName collection;
    final List<SqlIdentifier> names = new ArrayList<SqlIdentifier>();
    final List<SqlDataTypeSpec> types = new ArrayList<SqlDataTypeSpec>();
}
{
    <STRING> { s.add(this); }
    { return new SqlBasicTypeNameSpec(SqlTypeName.VARCHAR, Integer.MAX_VALUE, s.end(this)); }
|
    <BYTES> { s.add(this); }
    { return new SqlBasicTypeNameSpec(SqlTypeName.VARBINARY, Integer.MAX_VALUE, s.end(this)); }
|
    <TIMESTAMP_LTZ> { s.add(this); } precision = PrecisionOpt()
    { return new SqlBasicTypeNameSpec(SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE, precision, s.end(this)); }
|
    (
        <ARRAY> { s.add(this); collection = SqlTypeName.ARRAY; }
    |
        <MULTISET> { s.add(this); collection = SqlTypeName.MULTISET; }
    )
    <LT> element = NullableDataType() <GT>
    { return new SqlCollectionTypeNameSpec(element.getTypeNameSpec(), collection, s.end(this)); }
|
    <ROW> { s.add(this); } <LT>
    RowField(names, types) ( <COMMA> RowField(names, types) )*
    <GT>
    { return new SqlRowTypeNameSpec(s.end(this), names, types); }
}

void RowField(List<SqlIdentifier> names, List<SqlDataTypeSpec> types) :
{
    final SqlIdentifier name;
    final SqlDataTypeSpec type;
}
{
    name = SimpleIdentifier() type = NullableDataType() [ <QUOTED_STRING> ]
    { names.add(name); types.add(type); }
}
