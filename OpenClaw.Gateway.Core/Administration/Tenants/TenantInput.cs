using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

/// <summary>Reads a tenant's fields from a body and notes every fault.</summary>
internal static partial class TenantInput
{
    public const string SlugFault = "1 to 40 lower-case letters, digits and hyphens, beginning and ending with a letter or digit.";
    public const string SlugTaken = "There is another tenant with that slug.";
    private const long MaxCount = 1_000_000_000_000;
    private const long MaxBytes = 1_000_000_000_000_000;

    public static bool IsSlug(string text) => Slug().IsMatch(text);

    /// <summary>Slug, name and quotas as they are to be.</summary>
    public static (string Slug, string Name, TenantQuotas Quotas) Read(Document document)
    {
        var slug = document.Text("slug") ?? "";
        if (slug.Length == 0 || !IsSlug(slug)) document.Errors.Add("slug", SlugFault);
        return (slug, document.Name(), ReadQuotas(document.Object("quotas"), document.Errors));
    }

    /// <summary>People choose tenants by name: two must not look the same.</summary>
    public static void CheckFree(string slug, string name, Guid tenant, ICatalog catalog, FieldErrors errors)
    {
        if (catalog.FindTenant(slug) is { } holder && holder.Id != tenant) errors.Add("slug", SlugTaken);
        if (catalog.Tenants.Any(t => t.Id != tenant && NameRule.Fold(t.Name) == NameRule.Fold(name))) errors.Add("name", "There is another tenant of that name.");
    }

    public static void Apply(Tenant row, string slug, string name, TenantQuotas quotas)
    {
        (row.Slug, row.Name) = (slug, name);
        (row.MaxMessagesPerDay, row.MaxChannels, row.MaxAgents, row.MaxStorageBytes) = (quotas.MessagesPerDay, quotas.Channels, quotas.Agents, quotas.StorageBytes);
    }

    public static JsonObject ToJson(TenantQuotas quotas) => (JsonObject)JsonSerializer.SerializeToNode(quotas, JsonSerializerOptions.Web)!;

    private static TenantQuotas ReadQuotas(JsonElement quotas, FieldErrors errors)
    {
        string[] known = ["messagesPerDay", "channels", "agents", "storageBytes"];
        foreach (var field in quotas.EnumerateObject().Where(f => !known.Contains(f.Name)))
            errors.Add($"quotas.{field.Name}", $"There is no such quota. There are: {string.Join(", ", known)}.");
        return new(
            Number(quotas, known[0], MaxCount, errors), (int?)Number(quotas, known[1], 1_000_000, errors),
            (int?)Number(quotas, known[2], 1_000_000, errors), Number(quotas, known[3], MaxBytes, errors));
    }

    private static long? Number(JsonElement quotas, string name, long most, FieldErrors errors)
    {
        if (!quotas.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 && number <= most) return number;
        errors.Add($"quotas.{name}", $"Must be a whole number from 0 to {most}, or null for no limit.");
        return null;
    }

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Slug();
}
