using System.Text.Json;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Administration.Erasures;

/// <summary>
/// What an erasure must know of the person while it goes on: kept encrypted with it, because after a restart the sessions that would tell may be
/// gone already. Nothing of it stays when it is done.
/// </summary>
internal sealed record ErasurePlan(string User)
{
    private const string Name = "person";

    /// <summary>What they were called. Null: their sessions have not been looked for yet.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Sessions to be removed whole.</summary>
    public IReadOnlyList<Guid> Own { get; init; } = [];

    /// <summary>Sessions of several people, to be cleaned of this one.</summary>
    public IReadOnlyList<Guid> Shared { get; init; } = [];

    /// <summary>Ids of what the audit may speak of: sessions and their dead letters.</summary>
    public IReadOnlyList<Guid> Targets { get; init; } = [];

    public PersonMarks Marks => new(User, Names ?? []);

    /// <summary>Null when nothing is to be removed any more.</summary>
    public static ErasurePlan? Read(Erasure row, SecretProtector protector)
    {
        if (row.Person is not { } text) return null;
        var secret = new Secret { OwnerId = row.Id, Name = Name, Protected = text, UpdatedAt = row.CreatedAt };
        return JsonSerializer.Deserialize<ErasurePlan>(protector.Unprotect(secret).Value, JsonSerializerOptions.Web);
    }

    public string Protect(Guid erasure, SecretProtector protector) =>
        protector.Protect(erasure, Name, new(JsonSerializer.Serialize(this, JsonSerializerOptions.Web)));
}
