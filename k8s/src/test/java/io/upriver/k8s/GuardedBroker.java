package io.upriver.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A real broker in this process that asks who one is and lets nobody do more than the KafkaUsers of
 * an overlay may, with the overlay's topics. Their passwords are their names.
 */
final class GuardedBroker implements AutoCloseable {

    private static final String LOGIN =
            "org.apache.kafka.common.security.plain.PlainLoginModule required";

    private final KafkaRaftServer server;
    private final int port;

    private GuardedBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    static GuardedBroker start(Path directory, String overlay) throws Exception {
        int port = freePort();
        int own = freePort();
        List<ObjectNode> users = Manifests.ofKind(overlay, "KafkaUser");
        try (PrintStream silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(1)
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(directory.toString())
                    .setDirectories(List.of(directory.toString()))
                    .run();
        }
        KafkaRaftServer server =
                new KafkaRaftServer(
                        new KafkaConfig(config(directory, port, own, freePort(), users)),
                        Time.SYSTEM);
        server.startup();
        GuardedBroker broker = new GuardedBroker(server, port);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + own))) {
            admin.createTopics(topics(overlay)).all().get();
            List<AclBinding> acls = acls(users);
            admin.createAcls(acls).all().get();
            // the controller has them; the broker gets them a moment later
            for (int i = 0; i < 500 && known(admin) < acls.size(); i++) {
                Thread.sleep(20);
            }
        } catch (ExecutionException e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    private static int known(Admin admin) throws ExecutionException, InterruptedException {
        return admin.describeAcls(AclBindingFilter.ANY).values().get().size();
    }

    private static Map<String, String> config(
            Path directory, int port, int own, int controller, List<ObjectNode> users) {
        Map<String, String> config = new HashMap<>();
        config.put("process.roles", "broker,controller");
        config.put("node.id", "1");
        config.put(
                "listeners",
                "CLIENT://127.0.0.1:%d,OWN://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(port, own, controller));
        config.put(
                "listener.security.protocol.map",
                "CLIENT:SASL_PLAINTEXT,OWN:PLAINTEXT,CONTROLLER:PLAINTEXT");
        config.put("inter.broker.listener.name", "OWN");
        config.put("controller.listener.names", "CONTROLLER");
        config.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        config.put("sasl.enabled.mechanisms", "PLAIN");
        config.put(
                "listener.name.client.plain.sasl.jaas.config",
                LOGIN
                        + users.stream()
                                .map(user -> user.at("/metadata/name").asText())
                                .map(name -> " user_%s=\"%s\"".formatted(name, name))
                                .collect(Collectors.joining())
                        + ";");
        config.put(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        config.put("super.users", "User:ANONYMOUS");
        config.put("log.dirs", directory.toString());
        config.put("auto.create.topics.enable", "false");
        config.put("offsets.topic.replication.factor", "1");
        config.put("offsets.topic.num.partitions", "1");
        config.put("transaction.state.log.replication.factor", "1");
        config.put("transaction.state.log.min.isr", "1");
        config.put("transaction.state.log.num.partitions", "1");
        config.put("group.initial.rebalance.delay.ms", "0");
        return config;
    }

    private static List<NewTopic> topics(String overlay) {
        return Manifests.ofKind(overlay, "KafkaTopic").stream()
                .map(
                        topic ->
                                new NewTopic(
                                        topic.at("/metadata/name").asText(),
                                        topic.at("/spec/partitions").asInt(),
                                        (short) 1))
                .toList();
    }

    private static List<AclBinding> acls(List<ObjectNode> users) {
        List<AclBinding> bindings = new ArrayList<>();
        for (ObjectNode user : users) {
            for (JsonNode acl : user.at("/spec/authorization/acls")) {
                JsonNode resource = acl.get("resource");
                String pattern = resource.get("patternType").asText();
                for (JsonNode operation : acl.get("operations")) {
                    bindings.add(
                            new AclBinding(
                                    new ResourcePattern(
                                            ResourceType.fromString(
                                                    named(resource.get("type").asText())),
                                            resource.get("name").asText(),
                                            pattern.equals("prefix")
                                                    ? PatternType.PREFIXED
                                                    : PatternType.LITERAL),
                                    new AccessControlEntry(
                                            "User:" + user.at("/metadata/name").asText(),
                                            "*",
                                            AclOperation.fromString(named(operation.asText())),
                                            AclPermissionType.ALLOW)));
                }
            }
        }
        return bindings;
    }

    /** {@code transactionalId} as {@code TRANSACTIONAL_ID}. */
    private static String named(String camel) {
        return camel.replaceAll("(?<=[a-z])([A-Z])", "_$1").toUpperCase(Locale.ROOT);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** What a client of a user is told, to be added to. */
    Map<String, Object> client(String user) {
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", "127.0.0.1:" + port);
        config.put("security.protocol", "SASL_PLAINTEXT");
        config.put("sasl.mechanism", "PLAIN");
        config.put(
                "sasl.jaas.config",
                "%s username=\"%s\" password=\"%s\";".formatted(LOGIN, user, user));
        return config;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
