"""Cuts the one switch of Bison's parser, which holds the action of every rule of the grammar, into
functions of a hundred actions each: a method of the JVM holds at most 64 KiB, and one above 8 KB is
not compiled. Nothing else of the parser is touched.

Usage: split-parser.py src_backend_parser_gram.c (rewritten in place)
"""
import re
import sys

ACTIONS = 100
SIGNATURE = "YYSTYPE *yyvsp, YYLTYPE *yylsp, YYSTYPE *yyvalp, YYLTYPE *yylocp, core_yyscan_t yyscanner"
ARGUMENTS = "yyvsp, yylsp, &yyval, &yyloc, yyscanner"
SWITCH = "  switch (yyn)\n    {\n"
# An action that uses one of these needs to be inside the function.
LOCALS = re.compile(
    r"\b(YYERROR|YYABORT|YYACCEPT|yynerrs|yylloc|yychar|yylval|yyclearin|yyerrok|yystate|yylen"
    r"|YYRECOVERING|YYLEX)\b"
)

path = sys.argv[1]
text = open(path).read()
begin = text.index(SWITCH, text.index("YY_REDUCE_PRINT (yyn);"))
end = text.index("      default: break;", begin)
body = re.sub(r"^#line .*\n", "", text[begin + len(SWITCH) : end], flags=re.M)
starts = [match.start() for match in re.finditer(r"^\s*case \d+:", body, flags=re.M)]
cases = [body[a:b] for a, b in zip(starts, starts[1:] + [len(body)])]
if len(cases) < 2000:
    sys.exit("this is not the parser that the script was written for: %d actions" % len(cases))
stay = [case for case in cases if LOCALS.search(case)]
moved = [case for case in cases if not LOCALS.search(case)]
functions, dispatch = [], []
for first in range(0, len(moved), ACTIONS):
    chunk = moved[first : first + ACTIONS]
    name = "yyaction_%d" % (first // ACTIONS)
    functions.append(
        "static __attribute__((noinline)) void %s(int yyn, %s)\n{\n%s%s      default: break;\n    }\n}\n"
        % (name, SIGNATURE, SWITCH, "".join(chunk))
    )
    dispatch += ["case %s:" % re.search(r"case (\d+):", case).group(1) for case in chunk]
    dispatch.append(" %s(yyn, %s); break;\n" % (name, ARGUMENTS))
where = text.rindex("/*", 0, text.index("| yyparse.  |"))
text = (
    text[:where]
    + "#define yyval (*yyvalp)\n#define yyloc (*yylocp)\n"
    + "\n".join(functions)
    + "#undef yyval\n#undef yyloc\n"
    + text[where:begin]
    + SWITCH
    + "".join(stay)
    + "".join(dispatch)
    + text[end:]
)
open(path, "w").write(text)
