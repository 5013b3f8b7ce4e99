using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Tenants;

namespace OpenClaw.Portal.Components.Pages.Owner;

/// <summary>What is typed in the form of a tenant.</summary>
public sealed class TenantForm
{
    private const decimal Megabyte = 1_000_000;

    /// <summary>Name.</summary>
    public string? Name { get; set; }

    /// <summary>Slug.</summary>
    public string? Slug { get; set; }

    /// <summary>Quota of messages.</summary>
    public decimal? MessagesPerDay { get; set; }

    /// <summary>Quota of channels.</summary>
    public decimal? Channels { get; set; }

    /// <summary>Quota of agents.</summary>
    public decimal? Agents { get; set; }

    /// <summary>Quota of storage.</summary>
    public decimal? StorageMegabytes { get; set; }

    /// <summary>A form filled with what is saved.</summary>
    public static TenantForm Of(TenantView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return new()
        {
            Name = view.Name, Slug = view.Slug, MessagesPerDay = view.Quotas.MessagesPerDay, Channels = view.Quotas.Channels, Agents = view.Quotas.Agents,
            StorageMegabytes = view.Quotas.StorageBytes / Megabyte,
        };
    }

    /// <summary>A form filled with the contract's JSON.</summary>
    public static TenantForm Of(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var quotas = json["quotas"]?.Deserialize<TenantQuotas>(JsonSerializerOptions.Web) ?? TenantQuotas.None;
        return Of(new TenantView(default, (string?)json["slug"] ?? "", (string?)json["name"] ?? "", Suspended: false, null, quotas, default, default));
    }

    /// <summary>As the contract has it.</summary>
    public JsonObject ToJson() => new()
    {
        ["name"] = Name, ["slug"] = Slug,
        ["quotas"] = new JsonObject
        {
            ["messagesPerDay"] = (long?)MessagesPerDay, ["channels"] = (long?)Channels, ["agents"] = (long?)Agents, ["storageBytes"] = (long?)(StorageMegabytes * Megabyte),
        },
    };

    /// <summary>What is wrong with a slug, before it is sent.</summary>
    public static string? SlugFault(string? slug) =>
        string.IsNullOrEmpty(slug) || (slug.Length <= 40 && slug.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && slug[0] != '-' && slug[^1] != '-')
            ? null : "1 to 40 lower-case letters, digits and hyphens, beginning and ending with a letter or digit.";

    /// <summary>A slug made of a name: <c>Acme &amp; Sons</c> → <c>acme-sons</c>.</summary>
    public static string SlugOf(string? name)
    {
        var letters = (name ?? "").Normalize(System.Text.NormalizationForm.FormD).ToLowerInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or '&').Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-');
        var slug = string.Join('-', string.Concat(letters).Split('-', StringSplitOptions.RemoveEmptyEntries));
        return slug.Length > 40 ? slug[..40].Trim('-') : slug;
    }
}
