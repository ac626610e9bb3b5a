from rotgraph.errors import QueryError
def explain_stuck(text, stuck):
    return QueryError("x "+",".join(sorted(stuck.accepts)), text, stuck.position, stuck.position+1)
