package io.upriver.engine;

/**
 * A network that cannot be loaded or run. The message is a sentence with the library's own words.
 */
public final class EngineException extends RuntimeException {

    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
