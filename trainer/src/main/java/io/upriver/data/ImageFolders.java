package io.upriver.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * The pictures found in some folders, in colour.
 *
 * @param images every distinct picture, in the order of folders and file names
 * @param unreadable what has a picture's name and could not be read or decoded
 * @param duplicates files whose content had been seen already
 */
public record ImageFolders(List<Image> images, List<Path> unreadable, List<Path> duplicates) {
    private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "bmp");

    /**
     * One picture.
     *
     * @param file where it was read
     * @param sha256 hash of the file's content, hexadecimal
     * @param picture red, green and blue
     */
    public record Image(Path file, String sha256, Picture picture) {}

    public ImageFolders {
        images = List.copyOf(images);
        unreadable = List.copyOf(unreadable);
        duplicates = List.copyOf(duplicates);
    }

    /**
     * Reads every picture directly inside the folders.
     *
     * @throws IOException if a folder does not exist or holds no readable picture
     */
    public static ImageFolders read(List<Path> folders) throws IOException {
        List<Image> images = new ArrayList<>();
        List<Path> unreadable = new ArrayList<>();
        List<Path> duplicates = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Path folder : folders) {
            int before = images.size() + duplicates.size();
            for (Path file : pictures(folder)) {
                byte[] content = content(file);
                BufferedImage decoded = decode(content);
                if (decoded == null) {
                    unreadable.add(file);
                    continue;
                }
                String sha256 = HexFormat.of().formatHex(sha256().digest(content));
                if (!seen.add(sha256)) {
                    duplicates.add(file);
                } else {
                    images.add(new Image(file, sha256, Picture.rgb(decoded)));
                }
            }
            if (images.size() + duplicates.size() == before) {
                throw new IOException(
                        folder
                                + ": no readable picture ("
                                + String.join(", ", new TreeSet<>(EXTENSIONS))
                                + ") in it");
            }
        }
        return new ImageFolders(images, unreadable, duplicates);
    }

    /**
     * SHA-256 over the sorted content hashes: the same pictures give the same digest, wherever they
     * lie.
     */
    public String digest() {
        MessageDigest digest = sha256();
        images.stream()
                .map(Image::sha256)
                .sorted()
                .forEach(hash -> digest.update(hash.getBytes(StandardCharsets.US_ASCII)));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static List<Path> pictures(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + ": not a folder");
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> EXTENSIONS.contains(extension(file))).sorted().toList();
        }
    }

    private static String extension(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** Nothing for what cannot be read: a folder, a link to nowhere. */
    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            return new byte[0]; // no picture either; the caller names the file
        }
    }

    private static BufferedImage decode(byte[] content) {
        try {
            return ImageIO.read(new ByteArrayInputStream(content));
        } catch (IOException | RuntimeException e) {
            return null; // ImageIO throws all kinds of exceptions on damaged files; the caller
            // names the file
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
