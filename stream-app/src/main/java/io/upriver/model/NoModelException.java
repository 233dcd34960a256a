package io.upriver.model;

/** There is no network of that name and scale; the message says which there are. */
public final class NoModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoModelException(String message) {
        super(message);
    }
}
