/** @module A simulated Kafka: the package of Kafka itself, on a model of its brokers and controllers, in storms drawn from a number. */
export { mutants } from './mutant/mutants.ts';
