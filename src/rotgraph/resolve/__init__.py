"""All `NoteFacts` to facts: the one waiting room, where names become things and descriptions of one thing become one."""
