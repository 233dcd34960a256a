package io.upriver.app;

import io.upriver.admin.ModelAdmin;
import io.upriver.kafka.KafkaAccess;
import io.upriver.model.ModelException;
import io.upriver.model.ModelHistory;
import io.upriver.model.ModelHistory.Entry;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code upriver models}: which channel has which model, and changing that while streams run. */
@Command(
        name = "models",
        description = "Shows and changes the models of running workers.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ModelsCommand.ListModels.class,
            ModelsCommand.Publish.class,
            ModelsCommand.Rollback.class,
            ModelsCommand.Withdraw.class,
            ModelsCommand.Pin.class
        })
final class ModelsCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "expected what to do with models: list, publish, rollback, withdraw or pin");
    }

    /** Which cluster. */
    private static final class Cluster {

        @Option(
                names = "--bootstrap-servers",
                required = true,
                paramLabel = "HOST:PORT",
                description = "The Kafka cluster, such as the one that serve prints.")
        private String bootstrapServers;

        ModelAdmin admin() {
            KafkaSettings kafka = KafkaSettings.fromConfiguration();
            return new ModelAdmin(
                    new KafkaAccess(bootstrapServers, kafka.maxMessageBytes()),
                    new Topics(kafka.topicPrefix()));
        }
    }

    /** What all of them have. */
    private abstract static class OnCluster implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private Cluster cluster;

        ModelAdmin admin() {
            return cluster.admin();
        }

        int say(String format, Object... values) {
            spec.commandLine().getOut().printf(format + "%n", values);
            spec.commandLine().getOut().flush();
            return 0;
        }

        ParameterException usage(String message) {
            return new ParameterException(spec.commandLine(), message);
        }
    }

    /** {@code upriver models list}. */
    @Command(
            name = "list",
            description =
                    "The models of every channel, oldest first, and how many workers have the current one.",
            mixinStandardHelpOptions = true)
    static final class ListModels extends OnCluster {

        private static final String ROW = "%-20s  %-12s  %9s  %-10s  %s";

        @Override
        public Integer call() {
            ModelAdmin admin = admin();
            ModelHistory history = admin.history();
            Map<String, Map<String, ModelStatus>> statuses = admin.statuses();
            say(ROW, "CHANNEL", "SHA-256", "BYTES", "STATE", "WORKERS");
            for (String channel : history.channels()) {
                String current = history.current(channel).map(Entry::digest).orElse("");
                for (Entry entry : history.of(channel)) {
                    boolean isCurrent = entry.digest().equals(current);
                    say(
                            ROW,
                            channel,
                            ModelAdmin.shortened(entry.digest()),
                            entry.bytes(),
                            isCurrent ? "current" : entry.isSetAside() ? "set aside" : "before",
                            workers(statuses.getOrDefault(channel, Map.of()).values(), entry));
                }
            }
            return 0;
        }

        /** Such as {@code 3 current, 1 refused: worker-2: expected ...}. */
        private static String workers(Collection<ModelStatus> statuses, Entry entry) {
            long current =
                    statuses.stream()
                            .filter(status -> entry.digest().equals(status.digest()))
                            .filter(status -> status.state() == ModelStatus.State.CURRENT)
                            .count();
            StringBuilder said = new StringBuilder(current == 0 ? "-" : current + " current");
            for (ModelStatus status : statuses) {
                if (entry.digest().equals(status.digest())
                        && status.state() == ModelStatus.State.REFUSED) {
                    said.append("; ").append(status.worker()).append(" refused it: ");
                    said.append(status.reason());
                }
            }
            return said.toString();
        }
    }

    /** What is done to a channel. */
    private abstract static class OnChannel extends OnCluster {

        @Option(
                names = "--channel",
                defaultValue = "default",
                description = "The channel. Default: ${DEFAULT-VALUE}")
        private String channel;

        String channel() {
            try {
                return ModelKey.current(channel).channel();
            } catch (IllegalArgumentException e) {
                throw usage("--" + e.getMessage());
            }
        }
    }

    /** {@code upriver models publish}. */
    @Command(
            name = "publish",
            description =
                    "Makes an ONNX file a channel's model, if a worker on this machine would take it. Does not ask whether it is better, and does not sign: train publish does both.",
            mixinStandardHelpOptions = true)
    static final class Publish extends OnChannel {

        @Parameters(paramLabel = "FILE.onnx", description = "The model.")
        private Path file;

        @Override
        public Integer call() throws IOException {
            String channel = channel();
            if (!Files.isRegularFile(file)) {
                throw usage("no such model file: " + file);
            }
            byte[] onnx = Files.readAllBytes(file);
            try {
                admin().publish(channel, onnx);
            } catch (ModelException e) {
                throw new IllegalStateException("model " + file + ": " + e.getMessage(), e);
            }
            return say(
                    "channel %s: %s is published; models list says which workers have it",
                    channel, ModelAdmin.shortened(ModelRegistry.digestOf(onnx)));
        }
    }

    /** {@code upriver models rollback}. */
    @Command(
            name = "rollback",
            description =
                    "Goes back to the model before a channel's current one. The current one is set aside.",
            mixinStandardHelpOptions = true)
    static final class Rollback extends OnChannel {

        @Override
        public Integer call() {
            String channel = channel();
            Entry now = admin().rollback(channel);
            return say("channel %s: back at %s", channel, ModelAdmin.shortened(now.digest()));
        }
    }

    /** {@code upriver models withdraw}. */
    @Command(
            name = "withdraw",
            description =
                    "Takes a channel's model away: its streams get the built-in model of that name, if there is one. rollback brings it back.",
            mixinStandardHelpOptions = true)
    static final class Withdraw extends OnChannel {

        @Override
        public Integer call() {
            String channel = channel();
            admin().withdraw(channel);
            return say("channel %s: withdrawn", channel);
        }
    }

    /** {@code upriver models pin}. */
    @Command(
            name = "pin",
            description =
                    "Gives a stream another channel's model from its next segment on; its other settings stay.",
            mixinStandardHelpOptions = true)
    static final class Pin extends OnCluster {

        @Parameters(index = "0", paramLabel = "STREAM", description = "The stream's id.")
        private String stream;

        @Parameters(
                index = "1",
                paramLabel = "MODEL",
                description = "A channel, a built-in model's name, or none for interpolation.")
        private String model;

        @Override
        public Integer call() {
            try {
                return say(
                        "stream %s: %s",
                        stream,
                        new String(admin().pin(stream, model).toJson(), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw usage(e.getMessage());
            }
        }
    }
}
