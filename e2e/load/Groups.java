import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What groups of consumers have committed, with the reference client.
 *
 * commit BOOTSTRAP GROUP TOPIC PARTITIONS: offset n + 1 for each partition n.
 *
 * committed BOOTSTRAP GROUP: a line of JSON.
 */
public class Groups {
  public static void main(String[] args) throws Exception {
    Properties config = new Properties();
    config.put("bootstrap.servers", args[1]);
    try (Admin admin = Admin.create(config)) {
      if (args[0].equals("commit")) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new TreeMap<>((a, b) -> a.partition() - b.partition());
        for (int index = 0; index < Integer.parseInt(args[4]); index++)
          offsets.put(new TopicPartition(args[3], index), new OffsetAndMetadata(index + 1, "kept"));
        admin.alterConsumerGroupOffsets(args[2], offsets).all().get();
      }
      Map<String, Long> told = new TreeMap<>();
      admin.listConsumerGroupOffsets(args[2]).partitionsToOffsetAndMetadata().get()
          .forEach((partition, offset) -> told.put("\"" + partition + "\"", offset.offset()));
      System.out.println(told.toString().replace('=', ':'));
    }
  }
}
