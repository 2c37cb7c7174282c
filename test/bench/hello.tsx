import { render, Text } from 'ink';

// The smallest program on the same library: what no Ink program can be faster than.
render(<Text>hello</Text>, { alternateScreen: true, interactive: true });
