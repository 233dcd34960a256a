package io.upriver.api;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Streams. */
@Schema(requiredProperties = "streams")
record StreamList(
        @Schema(
                        description =
                                "Streams that have settings, and those that were worked on lately, by"
                                        + " their ids.")
                List<StreamDescription> streams) {}
