namespace Multivisor.Server.State;

/// <summary>Which of its versions the whole state has.</summary>
/// <param name="EventId">The number of the last event whose effect is certainly in it.</param>
/// <param name="Tag">An entity tag, with its quotation marks: another one after each change, after 20 s, and for each scope of each configuration.</param>
internal readonly record struct DataMark(long EventId, string Tag);
