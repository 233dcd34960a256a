package io.upriver.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.upriver.publish.Gate;
import io.upriver.publish.HeldOutSets;
import io.upriver.publish.ModelTopic;
import io.upriver.publish.Publication;
import io.upriver.publish.Publication.Published;
import io.upriver.publish.Publication.Terms;
import io.upriver.schemas.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code train publish}: a model that passed into the models topic. */
@Command(
        name = "publish",
        description =
                "Writes a model into the models topic, where running workers take it up, if it passes: readable, in"
                        + " agreement with libtorch, fit for the service, better than the channel's current one.",
        mixinStandardHelpOptions = true,
        versionProvider = TrainMain.Version.class)
final class PublishCommand implements Callable<Integer> {
    private static final int DIGITS_SHOWN = 12;

    @Spec CommandSpec command;

    @Parameters(paramLabel = "MODEL.onnx", description = "The model.")
    Path model;

    @Option(
            names = "--channel",
            required = true,
            paramLabel = "NAME",
            description = "The name that streams ask for.")
    String channel;

    @Mixin KafkaOptions cluster;

    @Option(
            names = "--sets",
            arity = "1..*",
            paramLabel = "DIR",
            description =
                    "Folders of held-out pictures, on which it must be better than the current one.")
    List<Path> sets = List.of();

    @Option(
            names = "--margin",
            defaultValue = "0.02",
            paramLabel = "DB",
            description = "By how much, in dB of the sets' mean PSNR (${DEFAULT-VALUE}).")
    double margin;

    @Option(
            names = "--force",
            description =
                    "In spite of missing parity, and of the current model; the published file says so.")
    boolean force;

    @Option(names = "--dry-run", description = "Everything but write.")
    boolean dryRun;

    @Option(names = "--json", description = "One JSON line instead of the sentence.")
    boolean json;

    @Override
    public Integer call() throws IOException {
        ModelTopic topic = cluster.models(command.commandLine());
        Optional<SigningKey> key = cluster.key();
        if (sets.isEmpty() && !force) {
            throw new IllegalArgumentException(
                    "sets: expected folders of held-out pictures, got none");
        }
        Terms terms = new Terms(new HeldOutSets(sets, new Gate(margin)), force, dryRun, key);
        Published published = Publication.publish(model, channel, terms, topic);
        command.commandLine()
                .getOut()
                .println(json ? json(published) : sentence(published, topic.name()));
        return 0;
    }

    /** What was published, in a line. */
    static String sentence(Published published, String topic) {
        StringBuilder line = new StringBuilder();
        line.append(published.channel()).append(": ").append(published.model()).append(' ');
        line.append(published.digest(), 0, DIGITS_SHOWN);
        published
                .psnr()
                .forEach(
                        (set, psnr) -> {
                            Double current = published.current().get(set);
                            line.append(String.format(Locale.ROOT, ", %s %.3f dB", set, psnr));
                            line.append(
                                    current == null
                                            ? ""
                                            : String.format(
                                                    Locale.ROOT, " (current %.3f)", current));
                        });
        String how =
                published.forced().isEmpty()
                        ? published.verdict()
                        : "forced in spite of: " + String.join("; ", published.forced());
        line.append("; ").append(how).append("; ");
        published.signedBy().ifPresent(id -> line.append("signed by ").append(id).append("; "));
        line.append(
                published
                        .position()
                        .map(at -> at.topic() + "-" + at.partition() + " offset " + at.offset())
                        .orElse("not written to " + topic + " (dry run)"));
        return line.toString();
    }

    private static String json(Published published) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode line = mapper.createObjectNode();
        line.put("channel", published.channel());
        line.put("model", published.model());
        line.put("digest", published.digest());
        line.set("psnr", mapper.valueToTree(published.psnr()));
        line.set("current", mapper.valueToTree(published.current()));
        line.put("verdict", published.verdict());
        line.set("forced", mapper.valueToTree(published.forced()));
        line.put("signedBy", published.signedBy().orElse(null));
        line.set("position", mapper.valueToTree(published.position().orElse(null)));
        return line.toString();
    }
}
