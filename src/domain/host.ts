/** How long something had to wait for a resource, as the kernel's pressure files tell: fractions. */
export interface Pressure {
  readonly some10: number;
  readonly some60: number;
  /** Null for the processor of kernels that do not tell it. */
  readonly full10: number | null;
}

/** One mounted file system that can fill up. */
export interface Disk {
  readonly mount: string;
  readonly device: string;
  readonly type: string;
  readonly sizeBytes: number;
  readonly usedBytes: number;
  /** What an unprivileged process may still use. */
  readonly freeBytes: number;
  /** `used / (used + free)`, as df tells it: 0 to 1. */
  readonly used: number;
  /** Null for file systems without a fixed number of inodes. */
  readonly inodesUsed: number | null;
}

/** The host itself: load, memory, disks, pressure. */
export interface Host {
  readonly name: string;
  readonly cores: number;
  readonly load: readonly [number, number, number];
  /** Fraction of all cores together since the reading before; null at the first. */
  readonly cpu: number | null;
  readonly memoryBytes: number;
  readonly memoryAvailableBytes: number;
  readonly swapBytes: number;
  readonly swapUsedBytes: number;
  readonly disks: readonly Disk[];
  /**
   * Mounts whose file system does not answer, as of a file server that is gone; those of other servers
   * with them, which are not asked meanwhile.
   */
  readonly silentMounts: readonly string[];
  /** Null where the kernel keeps no pressure figures. */
  readonly pressure: {
    readonly cpu: Pressure;
    readonly memory: Pressure;
    readonly io: Pressure;
  } | null;
  readonly bootedAt: number;
}
