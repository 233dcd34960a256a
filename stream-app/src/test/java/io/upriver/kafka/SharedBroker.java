package io.upriver.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One real broker for all tests of a run that ask for a {@link KafkaAccess}, started when the first
 * of them does. Each test uses topics with a prefix of its own.
 */
public final class SharedBroker implements ParameterResolver {

    /** The largest record of the broker's topics. */
    public static final int MAX_MESSAGE_BYTES = 1 << 21;

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == KafkaAccess.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Running running =
                context.getRoot()
                        .getStore(ExtensionContext.Namespace.GLOBAL)
                        .computeIfAbsent(Running.class, key -> new Running(), Running.class);
        return new KafkaAccess(running.broker.bootstrapServers(), MAX_MESSAGE_BYTES);
    }

    /** Closed by JUnit at the end of the run. */
    private static final class Running implements AutoCloseable {

        private final Path directory;
        private final EmbeddedBroker broker;

        Running() {
            try {
                directory = Files.createTempDirectory("shared-broker-");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            broker = EmbeddedBroker.start(directory, 0, MAX_MESSAGE_BYTES);
        }

        @Override
        public void close() throws IOException {
            broker.close();
            Files.delete(directory);
        }
    }
}
