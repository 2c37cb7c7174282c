// Stands in for react-devtools-core, which Ink imports only when asked to by its own variable.
export default {};
