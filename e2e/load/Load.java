import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.time.Duration;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;

/**
 * The reference client under test load.
 *
 * produce BOOTSTRAP TOPIC PARTITIONS RATE: numbers 0, 1, 2, ... at a rate, number n to partition n % PARTITIONS, idempotent
 * and acks=all, until standard input ends. Each second, and at the end, a line of JSON tells what came of them. A line of
 * standard input ends a period: a line of JSON tells how long sends took since the one before.
 *
 * check BOOTSTRAP TOPIC PARTITIONS COUNT: reads everything that was committed and tells how much of 0..COUNT-1 is lost, twice or out of order.
 */
public class Load {
  public static void main(String[] args) throws Exception {
    if (args[0].equals("produce")) produce(args[1], args[2], Integer.parseInt(args[3]), Integer.parseInt(args[4]));
    else check(args[1], args[2], Integer.parseInt(args[3]), Long.parseLong(args[4]));
  }

  static void produce(String bootstrap, String topic, int partitions, int rate) throws Exception {
    Properties config = new Properties();
    config.put("bootstrap.servers", bootstrap);
    config.put("key.serializer", LongSerializer.class.getName());
    config.put("value.serializer", LongSerializer.class.getName());
    config.put("acks", "all");
    config.put("enable.idempotence", "true");
    config.put("linger.ms", "5");
    config.put("delivery.timeout.ms", "120000");
    AtomicBoolean ended = new AtomicBoolean();
    List<Long> period = new ArrayList<>();
    Thread watch = new Thread(() -> {
      try {
        for (int read = System.in.read(); read != -1; read = System.in.read()) if (read == '\n') tellPeriod(period);
      } catch (IOException ignored) {
        // A closed input is the end, too.
      }
      ended.set(true);
    });
    watch.setDaemon(true);
    watch.start();

    AtomicLong acked = new AtomicLong();
    AtomicLong failed = new AtomicLong();
    List<Long> latencies = new ArrayList<>();
    long sent = 0;
    long told = System.nanoTime();
    try (KafkaProducer<Long, Long> producer = new KafkaProducer<>(config)) {
      long began = System.nanoTime();
      while (!ended.get()) {
        long due = began + sent * 1_000_000_000L / rate;
        long now = System.nanoTime();
        if (now < due) Thread.sleep(Math.min(20, (due - now) / 1_000_000 + 1));
        if (System.nanoTime() >= due) {
          long number = sent++;
          long at = System.nanoTime();
          producer.send(new ProducerRecord<>(topic, (int) (number % partitions), number, number), (metadata, error) -> {
            if (error == null) acked.incrementAndGet();
            else {
              failed.incrementAndGet();
              System.out.println("{\"failed\":" + number + ",\"error\":\"" + error.toString().replace('"', ' ') + "\"}");
            }
            synchronized (latencies) {
              latencies.add((System.nanoTime() - at) / 1_000);
            }
            synchronized (period) {
              period.add((System.nanoTime() - at) / 1_000);
            }
          });
        }
        if (System.nanoTime() - told > 1_000_000_000L) {
          told = System.nanoTime();
          tell(sent, acked.get(), failed.get(), latencies, false);
        }
      }
      producer.flush();
    }
    tell(sent, acked.get(), failed.get(), latencies, true);
  }

  static void tell(long sent, long acked, long failed, List<Long> latencies, boolean end) {
    long[] sorted;
    synchronized (latencies) {
      sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
      if (!end) latencies.clear();
    }
    long p99 = sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) (sorted.length * 0.99))];
    long max = sorted.length == 0 ? 0 : sorted[sorted.length - 1];
    System.out.println("{\"sent\":" + sent + ",\"acked\":" + acked + ",\"failures\":" + failed + ",\"p99Micros\":" + p99
        + ",\"maxMicros\":" + max + ",\"end\":" + end + "}");
    System.out.flush();
  }

  static void tellPeriod(List<Long> latencies) {
    long[] sorted;
    synchronized (latencies) {
      sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
      latencies.clear();
    }
    long[] at = new long[3];
    if (sorted.length > 0) {
      at[0] = sorted[sorted.length / 2];
      at[1] = sorted[(int) Math.min(sorted.length - 1, sorted.length * 0.99)];
      at[2] = sorted[sorted.length - 1];
    }
    System.out.println("{\"period\":{\"count\":" + sorted.length + ",\"p50Micros\":" + at[0] + ",\"p99Micros\":" + at[1]
        + ",\"maxMicros\":" + at[2] + "}}");
    System.out.flush();
  }

  static void check(String bootstrap, String topic, int partitions, long count) {
    Properties config = new Properties();
    config.put("bootstrap.servers", bootstrap);
    config.put("key.deserializer", LongDeserializer.class.getName());
    config.put("value.deserializer", LongDeserializer.class.getName());
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", "false");
    config.put("isolation.level", "read_committed");
    long read = 0;
    long twice = 0;
    long disorder = 0;
    boolean[] seen = new boolean[(int) count];
    long[] last = new long[partitions];
    Arrays.fill(last, -1);
    try (KafkaConsumer<Long, Long> consumer = new KafkaConsumer<>(config)) {
      List<TopicPartition> all = new ArrayList<>();
      for (int n = 0; n < partitions; n++) all.add(new TopicPartition(topic, n));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      Set<TopicPartition> open = all.stream().filter(p -> ends.get(p) > 0).collect(Collectors.toSet());
      long deadline = System.currentTimeMillis() + 60_000;
      while (!open.isEmpty() && System.currentTimeMillis() < deadline) {
        for (var record : consumer.poll(Duration.ofMillis(500))) {
          read++;
          long number = record.value();
          if (number < count) {
            if (seen[(int) number]) twice++;
            seen[(int) number] = true;
          }
          if (number <= last[record.partition()]) disorder++;
          last[record.partition()] = Math.max(last[record.partition()], number);
        }
        open.removeIf(p -> consumer.position(p) >= ends.get(p));
      }
    }
    long lost = 0;
    for (boolean one : seen) if (!one) lost++;
    System.out.println("{\"read\":" + read + ",\"lost\":" + lost + ",\"twice\":" + twice + ",\"disorder\":" + disorder + "}");
  }
}
