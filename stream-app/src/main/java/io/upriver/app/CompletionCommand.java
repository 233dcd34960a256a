package io.upriver.app;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine.Command;

/** {@code upriver completion}: the script that completes commands and options in a shell. */
@Command(
        name = "completion",
        description = {
            "Prints what completes commands and options in bash and zsh:",
            "source <(upriver completion)"
        },
        versionProvider = Version.class)
final class CompletionCommand extends GenerateCompletion {}
