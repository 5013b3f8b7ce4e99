using System.Text.Json;
using OpenClaw.Core.Tests.Architecture;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Routing.Intents;

/// <summary>One of the sets of sentences that were written for this project, before anything was measured with them.</summary>
internal sealed record ExampleSet(string Name, IReadOnlyList<ExampleIntent> Intents, IReadOnlyList<string> OutOfScope)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static ExampleSet Read(string file) =>
        JsonSerializer.Deserialize<ExampleSet>(File.ReadAllText(Path.Combine(Repository.Root, "OpenClaw.Core.Tests", "Routing", "Intents", "Sets", file + ".json")), Web)!;

    public IntentSetModel ToModel(Guid tenant = default) => new()
    {
        TenantId = tenant, Intents = [.. Intents.Select(i => new IntentModel(Guid.NewGuid(), i.Name, i.Examples))], Mark = Name,
    };

    public IEnumerable<(string Text, string Intent)> HeldOut => Intents.SelectMany(i => i.HeldOut.Select(text => (text, i.Name)));
}

internal sealed record ExampleIntent(string Name, IReadOnlyList<string> Examples, IReadOnlyList<string> HeldOut);
