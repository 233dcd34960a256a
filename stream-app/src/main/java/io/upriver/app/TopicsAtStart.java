package io.upriver.app;

import io.upriver.kafka.KafkaUnreachableException;
import io.upriver.kafka.TopicCheck;
import io.upriver.kafka.TopicFault;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.AuthorizationException;

/** What a worker wants of the topics before it takes work from them. */
final class TopicsAtStart {

    private TopicsAtStart() {}

    /**
     * Lets a worker start on topics that lose no work, and says what else is wrong with them.
     *
     * @throws IllegalStateException with a sentence for each fault that loses work
     */
    static void require(TopicCheck check, PrintWriter err) {
        List<TopicFault> faults;
        try {
            faults = check.states().stream().flatMap(state -> state.faults().stream()).toList();
        } catch (KafkaUnreachableException e) {
            if (!(e.getCause() instanceof AuthorizationException)) {
                throw e;
            }
            err.println(
                    "upriver: the topics were not checked, since the cluster does not tell their settings: "
                            + e.getCause().getMessage());
            return;
        }
        for (TopicFault fault : faults) {
            if (!fault.losesWork()) {
                err.println("upriver: warning: " + fault.sentence());
            }
        }
        String severe =
                faults.stream()
                        .filter(TopicFault::losesWork)
                        .map(TopicFault::sentence)
                        .collect(Collectors.joining("\nupriver: "));
        if (!severe.isEmpty()) {
            throw new IllegalStateException(severe);
        }
    }
}
