package io.upriver.app;

import io.smallrye.config.SmallRyeConfig;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Runs a command once the names of what was set are known to be right. Help needs no settings and
 * is not kept from anybody.
 */
final class CheckedSettings extends RunLast {

    /** Those that come with the program, and Quarkus' own. */
    static final Set<String> PROFILES = Set.of("laptop", "server", "gpu", "prod", "dev", "test");

    @Override
    protected List<Object> handle(ParseResult parsed) {
        CommandLine command = parsed.commandSpec().commandLine();
        SmallRyeConfig config = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class);
        try {
            SettingNames.refuseUnknown(config);
        } catch (IllegalArgumentException e) {
            throw new ExecutionException(command, e.getMessage(), e);
        }
        PrintWriter err = command.getErr();
        SettingNames.nearlyKnown(System.getenv().keySet())
                .forEach(sentence -> err.println("upriver: " + sentence));
        for (String profile : config.getProfiles()) {
            if (!PROFILES.contains(profile) && !isIn(config, profile)) {
                err.printf(
                        "upriver: nothing is set for the profile %s; there are laptop, server and gpu%n",
                        profile);
            }
        }
        return super.handle(parsed);
    }

    /** Whether a file of its own, or a key for it alone, is there. */
    private static boolean isIn(SmallRyeConfig config, String profile) {
        return StreamSupport.stream(config.getConfigSources().spliterator(), false)
                .anyMatch(
                        source ->
                                source.getName().contains("-" + profile + ".")
                                        || source.getPropertyNames().stream()
                                                .anyMatch(
                                                        name ->
                                                                name.startsWith(
                                                                        "%" + profile + ".")));
    }
}
