namespace Multivisor.ZeroRpc;

/// <summary>A certificate, key or token file of our own cannot be used. The message names the file and says why; it never holds what is in it.</summary>
public sealed class SecurityFileException(string message, Exception? inner = null) : Exception(message, inner);
