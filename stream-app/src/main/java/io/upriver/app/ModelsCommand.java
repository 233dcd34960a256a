package io.upriver.app;

import io.upriver.admin.CanaryTrial;
import io.upriver.admin.ModelAdmin;
import io.upriver.model.ModelException;
import io.upriver.model.ModelHistory;
import io.upriver.model.ModelHistory.Entry;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelSignature;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.SigningKey;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
            ModelsCommand.Canary.class,
            ModelsCommand.Promote.class,
            ModelsCommand.Rollback.class,
            ModelsCommand.Withdraw.class,
            ModelsCommand.Pin.class
        })
final class ModelsCommand implements Runnable {

    /** Who decides, in the events of what these commands decide. */
    private static final String BY_HAND = "upriver models";

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "expected what to do with models: list, publish, canary, promote, rollback, withdraw or pin");
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
                    KafkaSecurity.access(bootstrapServers, kafka.maxMessageBytes()),
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
                            workers(
                                    statuses.getOrDefault(channel, Map.of()).values(),
                                    entry.digest()));
                }
            }
            say(admin.trials(), statuses);
            return 0;
        }

        /** The models on trial, each with how it stands in a line below. */
        private void say(
                Map<CanaryTrial, String> trials, Map<String, Map<String, ModelStatus>> statuses) {
            trials.forEach(
                    (trial, described) -> {
                        String key = ModelKey.canary(trial.channel()).toString();
                        say(
                                ROW,
                                key,
                                ModelAdmin.shortened(trial.digest()),
                                trial.bytes(),
                                "on trial",
                                workers(
                                        statuses.getOrDefault(key, Map.of()).values(),
                                        trial.digest()));
                        say("  %s; %s", which(trial.settings()), described);
                    });
        }

        private static String which(CanarySettings settings) {
            List<String> words = new ArrayList<>();
            if (settings.share() > 0) {
                words.add("%.1f %% of the streams".formatted(100 * settings.share()));
            }
            if (!settings.streams().isEmpty()) {
                words.add(String.join(", ", settings.streams()));
            }
            return String.join(" and ", words)
                    + (settings.automatic() ? "" : ", to be decided by hand");
        }

        /** Such as {@code 3 current, 1 refused: worker-2: expected ...}. */
        private static String workers(Collection<ModelStatus> statuses, String digest) {
            long current =
                    statuses.stream()
                            .filter(status -> digest.equals(status.digest()))
                            .filter(status -> status.state() == ModelStatus.State.CURRENT)
                            .count();
            StringBuilder said = new StringBuilder(current == 0 ? "-" : current + " current");
            for (ModelStatus status : statuses) {
                if (digest.equals(status.digest()) && status.state() == ModelStatus.State.REFUSED) {
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

    /** What publishes a file in a channel. */
    private abstract static class OfFile extends OnChannel {

        @Parameters(paramLabel = "FILE.onnx", description = "The model.")
        private Path file;

        @Option(
                names = "--sign-with",
                paramLabel = "KEY.pem",
                description =
                        "Ed25519 private key to sign it with for this channel, as openssl genpkey writes it.")
        private Path signWith;

        @Override
        public Integer call() throws IOException {
            String channel = channel();
            if (!Files.isRegularFile(file)) {
                throw usage("no such model file: " + file);
            }
            byte[] onnx = Files.readAllBytes(file);
            try {
                publish(admin(), channel, onnx, signature(channel, onnx));
                return 0;
            } catch (ModelException e) {
                throw new IllegalStateException("model " + file + ": " + e.getMessage(), e);
            }
        }

        private @Nullable ModelSignature signature(String channel, byte[] onnx) throws IOException {
            try {
                return signWith == null ? null : SigningKey.read(signWith).sign(channel, onnx);
            } catch (IllegalArgumentException e) {
                throw usage("--sign-with: " + e.getMessage());
            }
        }

        abstract void publish(
                ModelAdmin admin, String channel, byte[] onnx, @Nullable ModelSignature signature);
    }

    /** {@code upriver models publish}. */
    @Command(
            name = "publish",
            description =
                    "Makes an ONNX file a channel's model, if a worker on this machine would take it. Does not ask whether it is better: train publish does.",
            mixinStandardHelpOptions = true)
    static final class Publish extends OfFile {

        @Override
        void publish(
                ModelAdmin admin, String channel, byte[] onnx, @Nullable ModelSignature signature) {
            admin.publish(channel, onnx, signature);
            say(
                    "channel %s: %s is published; models list says which workers have it",
                    channel, ModelAdmin.shortened(ModelRegistry.digestOf(onnx)));
        }
    }

    /** {@code upriver models canary}. */
    @Command(
            name = "canary",
            description =
                    "Lets some streams of a channel try an ONNX file; it is promoted or rolled back by what they make of it. Given again, it changes which streams.",
            mixinStandardHelpOptions = true)
    static final class Canary extends OfFile {

        @Option(
                names = "--share",
                paramLabel = "PART",
                description = "Part of the streams, 0 to 1. Default: 0.1 without --streams")
        private Double share;

        @Option(
                names = "--streams",
                split = ",",
                paramLabel = "STREAM",
                description = "Streams by their ids, separated by commas.")
        private List<String> streams = List.of();

        @Option(
                names = "--segments",
                paramLabel = "N",
                description = "Segments it has to do before it is promoted. Default: 50")
        private Integer segments;

        @Option(
                names = "--by-hand",
                description = "Leave it on trial until models promote or models rollback --canary.")
        private boolean byHand;

        @Override
        void publish(
                ModelAdmin admin, String channel, byte[] onnx, @Nullable ModelSignature signature) {
            admin.tryOut(channel, onnx, signature, settings());
            say(
                    "channel %s: %s is on trial; models list says how it stands",
                    channel, ModelAdmin.shortened(ModelRegistry.digestOf(onnx)));
        }

        private CanarySettings settings() {
            CanarySettings usual = CanarySettings.DEFAULT;
            try {
                return new CanarySettings(
                        share != null ? share : streams.isEmpty() ? usual.share() : 0,
                        streams,
                        !byHand,
                        segments != null ? segments : usual.segments(),
                        usual.failures(),
                        usual.consistencyLoss(),
                        usual.sharpnessLoss(),
                        usual.seamGain(),
                        usual.slowdown());
            } catch (IllegalArgumentException e) {
                throw usage("--" + e.getMessage());
            }
        }
    }

    /** {@code upriver models promote}. */
    @Command(
            name = "promote",
            description = "Makes the model that a channel has on trial its own.",
            mixinStandardHelpOptions = true)
    static final class Promote extends OnChannel {

        @Override
        public Integer call() {
            String channel = channel();
            CanaryTrial trial = admin().promote(channel, BY_HAND);
            return say("channel %s: now %s", channel, ModelAdmin.shortened(trial.digest()));
        }
    }

    /** {@code upriver models rollback}. */
    @Command(
            name = "rollback",
            description =
                    "Goes back to the model before a channel's current one. The current one is set aside. With --canary: ends the trial of another one.",
            mixinStandardHelpOptions = true)
    static final class Rollback extends OnChannel {

        @Option(
                names = "--canary",
                description = "End the channel's trial, and leave its current model.")
        private boolean canary;

        @Override
        public Integer call() {
            String channel = channel();
            if (canary) {
                String digest = admin().endTrial(channel, BY_HAND).digest();
                return say(
                        "channel %s: the trial of %s is over",
                        channel, ModelAdmin.shortened(digest));
            }
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
                description =
                        "A channel, a built-in model's name, sha256: and the first digits of a model's digest, or none for interpolation.")
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
