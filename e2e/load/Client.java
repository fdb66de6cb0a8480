import java.io.FileReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Client FILE TOPIC: the reference clients with a properties file as it is. Writes a record to partition 0, reads it back
 * and prints how many brokers there are.
 */
public class Client {
  public static void main(String[] args) throws Exception {
    Properties file = new Properties();
    try (FileReader reader = new FileReader(args[0])) {
      file.load(reader);
    }
    long offset;
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(file, new StringSerializer(), new StringSerializer())) {
      offset = producer.send(new ProducerRecord<>(args[1], 0, null, "by a file")).get().offset();
    }
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(file, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(args[1], 0);
      consumer.assign(List.of(partition));
      for (Map.Entry<TopicPartition, Long> end : consumer.endOffsets(List.of(partition)).entrySet())
        consumer.seek(end.getKey(), Math.max(0, end.getValue() - 1));
      if (consumer.poll(Duration.ofSeconds(20)).isEmpty()) throw new IllegalStateException("nothing to be read");
    }
    try (Admin admin = Admin.create(file)) {
      System.out.println(offset + " of " + admin.describeCluster().nodes().get().size() + " brokers");
    }
  }
}
