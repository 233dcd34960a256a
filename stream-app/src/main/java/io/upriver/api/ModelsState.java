package io.upriver.api;

import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** All channels with what they have on trial, in the event {@code models}. */
@Schema(requiredProperties = {"channels", "builtIn", "trials"})
record ModelsState(
        @Schema(description = "Channels that have or had a model, by their names.")
                List<Channel> channels,
        @Schema(
                        description =
                                "Names under which streams can have a network that comes with the"
                                        + " program, while no channel of that name has one.",
                        examples = "[\"base\", \"compressed\", \"default\", \"nano\"]")
                Set<String> builtIn,
        @Schema(description = "What some streams try, by channel.") List<Trial> trials) {}
