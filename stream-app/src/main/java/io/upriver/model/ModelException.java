package io.upriver.model;

/**
 * A model was refused; the message says in a line of at most {@value #MOST_CHARACTERS} characters
 * what was expected and what it was. Words of the file itself may be in it, which can be anything.
 */
public final class ModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int MOST_CHARACTERS = 500;

    ModelException(String message) {
        super(line(message));
    }

    ModelException(String message, Throwable cause) {
        super(line(message), cause);
    }

    private static String line(String message) {
        String start = message.substring(0, Math.min(message.length(), MOST_CHARACTERS));
        String line = start.replaceAll("\\p{Cntrl}", " ");
        return message.length() > MOST_CHARACTERS
                ? line.substring(0, MOST_CHARACTERS - 3) + "..."
                : line;
    }
}
