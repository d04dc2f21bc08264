"""Tasks that teach the encoder meaning: emotions, situations, sentence vectors, answers. Each module's ``task`` builds one."""
