package io.upriver.graph;

/** A file was refused; the message says in a line what was expected and what it was. */
public final class GraphException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    GraphException(String message) {
        super(message);
    }

    GraphException(String message, Throwable cause) {
        super(message, cause);
    }
}
