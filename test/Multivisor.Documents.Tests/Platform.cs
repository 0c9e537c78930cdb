using System.Runtime.Versioning;

// The programs that the documents name beside ours, and supervisord itself.
[assembly: SupportedOSPlatform("linux")]
