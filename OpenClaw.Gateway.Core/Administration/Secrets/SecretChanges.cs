using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Protection;
using Secret = OpenClaw.Gateway.Core.Storage.Entities.Secret;

namespace OpenClaw.Gateway.Core.Administration.Secrets;

/// <summary>A secret as people see it: whether it is set. <c>Value</c> is there once only, when the gateway has just made it.</summary>
public sealed record SecretView(
    bool Set,
    DateTimeOffset? UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Value = null)
{
    /// <summary>Until when the value before the last rotation also holds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? PreviousUntil { get; init; }
}

/// <summary>What one call wants changed of the secrets: name to value, null = removed.</summary>
internal sealed class SecretChanges
{
    private const int MaxLength = 8_192;
    private readonly Dictionary<string, string?> _values = [];

    public bool Any => _values.Count > 0;

    /// <summary>Reads the body's <c>secrets</c>. An answer's <c>{"set":true}</c> sent back changes nothing.</summary>
    public static SecretChanges Read(JsonElement body, Func<string, bool> isKnown, Func<string, string, string?> check, FieldErrors errors)
    {
        var changes = new SecretChanges();
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("secrets", out var secrets) || secrets.ValueKind == JsonValueKind.Null) return changes;
        if (secrets.ValueKind != JsonValueKind.Object)
        {
            errors.Add("secrets", "Must be an object.");
            return changes;
        }
        foreach (var secret in secrets.EnumerateObject())
        {
            var path = $"secrets.{secret.Name}";
            if (!isKnown(secret.Name)) errors.Add(path, "This kind has no such secret.");
            else if (secret.Value.ValueKind == JsonValueKind.Null) changes._values[secret.Name] = null;
            else if (secret.Value.ValueKind == JsonValueKind.String && secret.Value.GetString() is { Length: > 0 and <= MaxLength } text)
            {
                if (check(secret.Name, text) is { } fault) errors.Add(path, fault);
                else changes._values[secret.Name] = text;
            }
            else if (!IsEcho(secret.Value)) errors.Add(path, $"Must be a text of 1 to {MaxLength} characters, or null to remove it (one that the gateway makes is then made anew); left out, it stays.");
        }
        return changes;
    }

    /// <summary>A view of a secret that is set, as answers show it.</summary>
    private static bool IsEcho(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("set", out var set) && set.ValueKind == JsonValueKind.True
        && value.EnumerateObject().All(field => field.Name is "set" or "updatedAt" or "previousUntil");

    /// <summary>Brings the owner's rows up to date and makes what the gateway makes. Returns the values made, to be shown once.</summary>
    public IReadOnlyDictionary<string, string> Apply(GatewayDbContext db, List<Secret> rows, SecretOwner owner, SecretProtector protector, DateTimeOffset now)
    {
        foreach (var (name, value) in _values) Set(db, rows, owner.Id, name, value, protector, now);
        var made = new Dictionary<string, string>();
        foreach (var name in owner.Made.Where(name => rows.TrueForAll(r => r.Name != name)))
        {
            made[name] = owner.Make(name);
            Set(db, rows, owner.Id, name, made[name], protector, now);
        }
        return made;
    }

    /// <summary>The owner's secrets as they would be, for a try that saves nothing.</summary>
    public FrozenDictionary<string, string> Over(IReadOnlyDictionary<string, string>? present, SecretOwner owner)
    {
        var values = present is null ? [] : new Dictionary<string, string>(present);
        foreach (var (name, value) in _values)
        {
            if (value is null) values.Remove(name);
            else values[name] = value;
        }

        foreach (var name in owner.Made.Where(name => !values.ContainsKey(name))) values[name] = owner.Make(name);
        return values.ToFrozenDictionary();
    }

    private static void Set(GatewayDbContext db, List<Secret> rows, Guid owner, string name, string? value, SecretProtector protector, DateTimeOffset now)
    {
        var row = rows.Find(r => r.Name == name);
        if (value is null)
        {
            if (row is null) return;
            rows.Remove(row);
            db.Secrets.Remove(row);
            return;
        }
        var text = protector.Protect(owner, name, new(value));
        if (row is not null)
        {
            (row.Protected, row.UpdatedAt) = (text, now);
            return;
        }
        row = new() { Id = RowId.New(now), OwnerId = owner, Name = name, Protected = text, UpdatedAt = now };
        rows.Add(row);
        db.Secrets.Add(row);
    }
}

/// <summary>Whose secrets they are and which of them the gateway makes.</summary>
internal sealed record SecretOwner(Guid Id, IReadOnlyList<string> Made, Func<string, string> Make);

/// <summary>Shows secrets.</summary>
internal static class SecretViews
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>Each that the kind has or that is set.</summary>
    public static IReadOnlyDictionary<string, SecretView> Of(IEnumerable<Secret> rows, IEnumerable<string> known, IReadOnlyDictionary<string, string>? made = null)
    {
        var views = known.ToDictionary(name => name, _ => new SecretView(false, null));
        foreach (var row in rows) views[row.Name] = new(true, row.UpdatedAt, (made ?? None).GetValueOrDefault(row.Name));
        return views;
    }

    public static async Task<ILookup<Guid, Secret>> LoadAsync(GatewayDbContext db, IReadOnlyCollection<Guid> owners, CancellationToken cancellationToken) =>
        (await db.Secrets.AsNoTracking().Where(s => owners.Contains(s.OwnerId)).ToListAsync(cancellationToken)).ToLookup(s => s.OwnerId);
}
