package io.upriver.api;

import io.upriver.admin.ModelsView;
import io.upriver.model.ModelHistory.Entry;
import io.upriver.schemas.ModelStatus;
import java.util.List;
import java.util.OptionalInt;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A channel and its models. */
@Schema(requiredProperties = {"channel", "before", "others", "workers"})
record Channel(
        @Schema(description = "Its name.", examples = "default") String channel,
        @Schema(description = "The model it has; left out when it has none.")
                @Nullable Model current,
        @Schema(description = "The models that a rollback tries, in this order.")
                List<Model> before,
        @Schema(description = "Models that are kept and not gone back to.") List<Model> others,
        @Schema(description = "The last word of each worker on this channel.")
                List<ModelStatus> workers) {

    /** A model that a channel has or had. */
    @Schema(
            name = "Model",
            requiredProperties = {"digest", "bytes", "setAside", "passing"})
    record Model(
            @Schema(
                            description = "SHA-256 of the file in hexadecimal digits.",
                            pattern = "^[0-9a-f]{64}$",
                            examples =
                                    "60cc58d72be62b2ad6e2f8f3d8dbd04a35c2b8c1a0e1f1f4f7b2b1b7a5b3c9d0")
                    String digest,
            @Schema(description = "The size of the file.", minimum = "1", examples = "16384")
                    int bytes,
            @Schema(
                            description =
                                    "By how much it enlarges; left out until a worker has loaded it.",
                            minimum = "1",
                            maximum = "8",
                            examples = "2")
                    @Nullable Integer scale,
            @Schema(description = "Whether the channel went back from it.") boolean setAside,
            @Schema(description = "Whether it is only for a while, such as for one file.")
                    boolean passing) {

        private static Model of(Entry entry, ModelsView models) {
            OptionalInt scale = models.scaleOf(entry.digest());
            return new Model(
                    entry.digest(),
                    entry.bytes(),
                    scale.isPresent() ? scale.getAsInt() : null,
                    entry.isSetAside(),
                    entry.isPassing());
        }
    }

    static Channel of(ModelsView.Channel channel, ModelsView models) {
        return new Channel(
                channel.name(),
                channel.current().map(entry -> Model.of(entry, models)).orElse(null),
                channel.before().stream().map(entry -> Model.of(entry, models)).toList(),
                channel.others().stream().map(entry -> Model.of(entry, models)).toList(),
                channel.workers());
    }
}
