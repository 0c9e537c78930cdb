namespace Multivisor.Fleet.Links;

/// <summary>
/// An exit of which only the event tells: what was read afterwards shows the successor. The exit status is lost with it,
/// supervisord forgets it at the new start.
/// </summary>
/// <param name="Pid">The process that ended; 0 if the event does not say.</param>
/// <param name="Expected">By <c>exitcodes</c>; null if the event does not say.</param>
public sealed record PassedExit(long Pid, bool? Expected);
