/** @module What the journal gives to the scheduler. */
import { journalCode } from './code.ts';
import { overHttp } from './journal.ts';

export default journalCode(overHttp);
