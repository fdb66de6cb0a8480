import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;

/**
 * Looks at partitions. It runs from its source, for it needs clients of 3.1 or newer, and Load does not.
 *
 * leaders BOOTSTRAP TOPIC: looks again and again who leads. A line of standard input ends a period: the answer is the longest
 * time in milliseconds that a partition had no leader in it.
 *
 * watch BOOTSTRAP BROKERS: for each line of standard input, answers "ok" as soon as that many brokers are there and every
 * replica of every partition is in sync.
 */
public class Watch {
  public static void main(String[] args) throws Exception {
    if (args[0].equals("leaders")) leaders(args[1], args[2]);
    else watch(args[1], Integer.parseInt(args[2]));
  }

  static void leaders(String bootstrap, String topic) throws Exception {
    Properties config = new Properties();
    config.put("bootstrap.servers", bootstrap);
    config.put("request.timeout.ms", "2000");
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    long longest = 0;
    Map<Integer, Long> since = new HashMap<>();
    try (Admin admin = Admin.create(config)) {
      while (true) {
        if (lines.ready()) {
          if (lines.readLine() == null) return;
          System.out.println(longest / 1_000_000);
          System.out.flush();
          longest = 0;
        }
        long began = System.nanoTime();
        try {
          for (var partition : admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions()) {
            boolean led = partition.leader() != null && !partition.leader().isEmpty();
            if (led) since.remove(partition.partition());
            else longest = Math.max(longest, System.nanoTime() - since.computeIfAbsent(partition.partition(), p -> began));
          }
        } catch (Exception nobody) {
          // The broker that was asked has just gone: the next look asks another one.
        }
        Thread.sleep(20);
      }
    }
  }

  static void watch(String bootstrap, int brokers) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      while (lines.readLine() != null) {
        while (!complete(admin, brokers)) Thread.sleep(50);
        System.out.println("ok");
        System.out.flush();
      }
    }
  }

  static boolean complete(Admin admin, int brokers) {
    try {
      if (admin.describeCluster().nodes().get().size() < brokers) return false;
      Set<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
      for (var topic : admin.describeTopics(names).allTopicNames().get().values())
        for (var partition : topic.partitions()) if (partition.isr().size() < partition.replicas().size()) return false;
      return true;
    } catch (Exception away) {
      return false;
    }
  }
}
