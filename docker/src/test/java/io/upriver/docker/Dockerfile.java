package io.upriver.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Dockerfile as its instructions, in their order. An instruction that is not known is refused.
 *
 * @param name the file's name
 */
record Dockerfile(String name, List<Instruction> instructions) {

    private static final Set<String> KNOWN =
            Set.of(
                    "ARG",
                    "FROM",
                    "LABEL",
                    "RUN",
                    "COPY",
                    "ENV",
                    "USER",
                    "VOLUME",
                    "EXPOSE",
                    "HEALTHCHECK",
                    "STOPSIGNAL",
                    "ENTRYPOINT",
                    "CMD");

    private static final Pattern LINE = Pattern.compile("([A-Z]+)\\s+(.*)", Pattern.DOTALL);

    /** What to do, and with what, continued lines joined by a blank. */
    record Instruction(String keyword, String arguments) {

        /** Whether it is a list of words, as programs get them without a shell between. */
        boolean isExecForm() {
            return arguments.matches("\\[(\"[^\"]*\"(, )?)+\\]");
        }
    }

    static Dockerfile read(Path file) {
        try {
            return parse(file.getFileName().toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Dockerfile parse(String name, String text) {
        List<Instruction> instructions = new ArrayList<>();
        String withoutComments = text.replaceAll("(?m)^\\s*#.*\\n", "");
        for (String line : withoutComments.replaceAll("\\s*\\\\\\n\\s*", " ").split("\n", -1)) {
            if (line.isBlank()) {
                continue;
            }
            Matcher parts = LINE.matcher(line.strip());
            if (!parts.matches() || !KNOWN.contains(parts.group(1))) {
                throw new IllegalArgumentException(name + ": not known: " + line);
            }
            instructions.add(new Instruction(parts.group(1), parts.group(2)));
        }
        return new Dockerfile(name, instructions);
    }

    /** The arguments of all instructions of a kind, in the whole file. */
    List<String> all(String keyword) {
        return instructions.stream()
                .filter(i -> i.keyword().equals(keyword.toUpperCase(Locale.ROOT)))
                .map(Instruction::arguments)
                .toList();
    }

    /** The last stage, which becomes the image. */
    List<Instruction> image() {
        int from = 0;
        for (int i = 0; i < instructions.size(); i++) {
            from = instructions.get(i).keyword().equals("FROM") ? i : from;
        }
        return instructions.subList(from, instructions.size());
    }

    /** The only instruction of a kind in the image. */
    Instruction only(String keyword) {
        List<Instruction> found =
                image().stream().filter(i -> i.keyword().equals(keyword)).toList();
        if (found.size() != 1) {
            throw new AssertionError(name + ": expected one " + keyword + ", got " + found);
        }
        return found.get(0);
    }

    /** A text with the defaults of the file's arguments in the place of their names. */
    String resolved(String text) {
        String resolved = text;
        for (String argument : all("ARG")) {
            String[] parts = argument.split("=", 2);
            if (parts.length == 2) {
                resolved = resolved.replace("${" + parts[0] + "}", parts[1]);
            }
        }
        return resolved;
    }
}
