package io.upriver.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.NewTopics;
import io.upriver.kafka.TopicCheck;
import io.upriver.kafka.TopicFault;
import io.upriver.kafka.TopicSetup;
import io.upriver.kafka.TopicState;
import io.upriver.schemas.Topics;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code upriver topics}: what the topics are like, and making them. */
@Command(
        name = "topics",
        description = "Shows and makes the topics of an installation.",
        mixinStandardHelpOptions = true,
        subcommands = {TopicsCommand.Create.class, TopicsCommand.Check.class})
final class TopicsCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "expected what to do with topics: create or check");
    }

    /** What both have. */
    private abstract static class OnCluster implements Callable<Integer> {

        @Spec private CommandSpec spec;
        @Mixin private ClusterOption cluster;

        @Option(
                names = "--partitions",
                paramLabel = "N",
                description =
                        "Partitions of the topics that work is spread over. Default: the setting upriver.topics.partitions.")
        private @Nullable Integer partitions;

        @Option(names = "--json", description = "Write the topics as JSON.")
        private boolean json;

        private final KafkaSettings kafka = KafkaSettings.fromConfiguration();

        KafkaAccess access() {
            return cluster.access(kafka);
        }

        Topics topics() {
            return new Topics(kafka.topicPrefix());
        }

        int partitions() {
            return partitions != null ? partitions : kafka.partitions();
        }

        ParameterException usage(String message) {
            return new ParameterException(spec.commandLine(), message);
        }

        PrintWriter err() {
            return spec.commandLine().getErr();
        }

        /** Writes what there is; 1 where something is wrong with it. */
        int report(KafkaAccess access) {
            List<TopicState> states = new TopicCheck(access, topics(), partitions()).states();
            PrintWriter out = spec.commandLine().getOut();
            out.print(json ? json(states) : TopicTable.of(states));
            out.flush();
            List<TopicFault> faults =
                    states.stream().flatMap(state -> state.faults().stream()).toList();
            for (TopicFault fault : faults) {
                err().println((fault.losesWork() ? "error: " : "warning: ") + fault.sentence());
            }
            return faults.isEmpty() ? 0 : 1;
        }

        private static String json(List<TopicState> states) {
            try {
                return TopicTable.toJson(states);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("topics as JSON: " + e.getMessage(), e);
            }
        }
    }

    /** {@code upriver topics create}. */
    @Command(
            name = "create",
            description =
                    "Makes the topics that are missing and shows all of them. Those that are there are left as they are. Exit code 1 where one of them is not as it should be.",
            mixinStandardHelpOptions = true)
    static final class Create extends OnCluster {

        @Option(
                names = "--replication",
                paramLabel = "N",
                description =
                        "Copies of each partition; with 3 or more, two of them must have a record before it counts. Default: the cluster's.")
        private @Nullable Integer replication;

        @Option(
                names = "--retention",
                paramLabel = "TIME",
                description =
                        "How long segments, results and reports are kept, such as PT24H or P7D. Default: the cluster's.")
        private @Nullable Duration retention;

        @Override
        public Integer call() {
            NewTopics wanted;
            try {
                wanted =
                        new NewTopics(
                                partitions(),
                                Optional.ofNullable(replication),
                                Optional.ofNullable(retention));
            } catch (IllegalArgumentException e) {
                throw usage("--" + e.getMessage());
            }
            KafkaAccess access = access();
            List<String> made = new TopicSetup(access, topics()).createMissing(wanted);
            made.forEach(name -> err().println("made " + name));
            return report(access);
        }
    }

    /** {@code upriver topics check}. */
    @Command(
            name = "check",
            description =
                    "Shows the topics and says in a sentence each what is not as it should be; exit code 1 where anything is not. Changes nothing.",
            mixinStandardHelpOptions = true)
    static final class Check extends OnCluster {

        @Override
        public Integer call() {
            return report(access());
        }
    }
}
