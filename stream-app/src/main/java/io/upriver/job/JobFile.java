package io.upriver.job;

import java.nio.file.Path;

/**
 * A file of a job that can be fetched.
 *
 * @param path where it lies; it never changes, and is gone when the job is
 * @param name what it is called for people, such as {@code clip.x2.mp4}
 * @param mediaType such as {@code video/mp4}
 */
public record JobFile(Path path, String name, String mediaType) {}
