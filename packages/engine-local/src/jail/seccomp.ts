/** Which calls of the kernel a task may make. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Seccomp } from '@warder/core';
import { EngineError, isCode } from '../error.ts';

/** As the OCI runtime takes it: `linux.seccomp` of its configuration. */
export type SeccompProfile = { readonly defaultAction: string; readonly syscalls?: readonly object[] };

/** Undefined: no filter. Throws `engine-seccomp` for a profile that is not there or is none. */
export const seccompOf = (wanted: Seccomp | undefined, folder: string): SeccompProfile | undefined => {
  if (wanted === undefined) return standard;
  return wanted.kind === 'unconfined' ? undefined : readProfile(folder, wanted.name);
};

/**
 * Nothing that a service needs is in here. Most of it needs a capability that tasks do not have anyway; the rest are
 * large parts of the kernel that mistakes have been found in again and again.
 */
const denied = {
  kernel: `init_module finit_module delete_module create_module query_module get_kernel_syms kexec_load
    kexec_file_load reboot syslog _sysctl sysfs uselib nfsservctl iopl ioperm vm86 vm86old`,
  clock: 'settimeofday clock_settime clock_adjtime stime',
  fileSystems: `mount umount umount2 mount_setattr move_mount open_tree pivot_root chroot fsopen fsconfig fsmount
    fspick swapon swapoff quotactl quotactl_fd acct fanotify_init lookup_dcookie vhangup`,
  /** And files by number instead of by name. */
  namespaces: 'setns unshare open_by_handle_at name_to_handle_at',
  /** Programs in the kernel, its counters, its keys, page faults handled outside of it. */
  machinery: 'bpf perf_event_open userfaultfd add_key request_key keyctl kcmp',
};

/** Told apart from a refusal: programs then do it the older way. */
const absent = ['io_uring_setup', 'io_uring_enter', 'io_uring_register'];

const newUserNamespace = 0x1000_0000;
const EPERM = 1;
const ENOSYS = 38;

const families: Readonly<Record<string, readonly string[]>> = {
  x64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
};

const architectures = families[process.arch];

const refuse = (names: readonly string[], errnoRet: number) => ({ names, action: 'SCMP_ACT_ERRNO', errnoRet });

const standard: SeccompProfile & { readonly architectures?: readonly string[] } = {
  defaultAction: 'SCMP_ACT_ALLOW',
  ...(architectures !== undefined && { architectures }),
  syscalls: [
    refuse(
      Object.values(denied).flatMap((names) => names.split(/\s+/)),
      EPERM,
    ),
    // Whoever has a user namespace of its own is root in it, and meets code that only root was meant to meet. What
    // clone3 is asked for cannot be seen from here; without it, clone is used.
    refuse([...absent, 'clone3'], ENOSYS),
    {
      ...refuse(['clone'], EPERM),
      args: [{ index: 0, value: newUserNamespace, valueTwo: newUserNamespace, op: 'SCMP_CMP_MASKED_EQ' }],
    },
  ],
};

/** `<home>/seccomp/<name>.json`, in the words of the OCI runtime specification. */
const readProfile = (folder: string, name: string): SeccompProfile => {
  const file = join(folder, `${name}.json`);
  const wrong = (what: string) =>
    new EngineError('engine-seccomp', `the seccomp profile ${name}: ${what}`, 'put a profile there, or correct it');
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) throw wrong('its name is not one of a file');
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (isCode(error, 'ENOENT')) throw wrong(`there is no ${file}`);
    if (error instanceof SyntaxError) throw wrong(`${file} is not JSON: ${error.message}`);
    throw error;
  }
  if (!isProfile(value)) throw wrong(`${file} has no defaultAction like SCMP_ACT_ERRNO`);
  const foreign = foreignKey(value);
  if (foreign !== undefined) throw wrong(`${file} has ${foreign}, which is Docker's, not of the OCI specification`);
  return value;
};

const isProfile = (value: unknown): value is SeccompProfile => {
  if (typeof value !== 'object' || value === null || !('defaultAction' in value)) return false;
  const { defaultAction } = value;
  const syscalls = 'syscalls' in value ? value.syscalls : [];
  const isObject = (each: unknown) => typeof each === 'object' && each !== null;
  return (
    typeof defaultAction === 'string' &&
    defaultAction.startsWith('SCMP_ACT_') &&
    Array.isArray(syscalls) &&
    syscalls.every(isObject)
  );
};

/** The runtime would pass over them: what depends on a capability there would be allowed to everybody. */
const foreignKey = (profile: SeccompProfile): string | undefined => {
  if ('archMap' in profile) return 'archMap';
  const conditional = (profile.syscalls ?? []).some(
    (each) => ('includes' in each && hasKeys(each.includes)) || ('excludes' in each && hasKeys(each.excludes)),
  );
  return conditional ? 'includes or excludes' : undefined;
};

const hasKeys = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;
