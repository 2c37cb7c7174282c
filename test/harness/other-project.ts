import { onTestFinished } from 'vitest';
import { hostMounts, imageName } from '../stack/image.ts';
import type { Stack } from '../stack/stack.ts';

export const otherProject = 'shop';

/**
 * Starts a compose project that no pack describes, beside that of the stack: a container that is well,
 * one that ends again and again, and one that is not healthy. All are gone after the running test.
 */
export async function startOtherProject(stack: Stack): Promise<void> {
  const services = ['web', 'crash', 'sick'] as const;
  const nameOf = (service: string) => `${otherProject}-${service}-1`;
  onTestFinished(async () => {
    await stack.docker(['rm', '--force', ...services.map(nameOf)]);
  });
  const start = (
    service: (typeof services)[number],
    options: readonly string[],
    script: string,
  ) => {
    const labels = { project: otherProject, service, 'container-number': '1' };
    return stack.docker([
      ...['run', '--detach', '--name', nameOf(service)],
      ...Object.entries(labels).flatMap(([key, value]) => [
        ...['--label', `com.docker.compose.${key}=${value}`],
      ]),
      ...hostMounts.flatMap((mount) => ['--volume', mount]),
      ...options,
      ...[imageName, '/bin/sh', '-c', script],
    ]);
  };
  const forever = 'exec sleep infinity';
  await start('web', [], forever);
  await start('crash', ['--restart', 'always'], 'echo no configuration; exit 3');
  const check = ['--health-cmd', 'false', '--health-interval', '1s', '--health-retries', '1'];
  await start('sick', check, forever);
}
