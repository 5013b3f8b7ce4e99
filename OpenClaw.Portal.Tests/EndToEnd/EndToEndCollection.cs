namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>Tests that run the product as a process, one after the other: each wants the whole machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EndToEndCollection
{
    public const string Name = "EndToEnd";
}
