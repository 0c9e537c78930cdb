using System.Runtime.Versioning;

// Terminals, modes of files and supervisord itself.
[assembly: SupportedOSPlatform("linux")]
