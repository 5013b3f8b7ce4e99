using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Channels;

/// <summary>How a web chat gets onto a web page: code, looks with a preview, who may embed it, users who are known.</summary>
public sealed partial class Embed
{
    private static readonly string[] Names = ["title", "theme", "allowedOrigins"];
    private DateTimeOffset? _theirsAt;

    /// <summary>What is saved.</summary>
    [Parameter, EditorRequired]
    public required ChannelView View { get; set; }

    /// <summary>On whose behalf.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>For those who may only look.</summary>
    [Parameter]
    public bool ReadOnly { get; set; }

    /// <summary>Raised with what was saved.</summary>
    [Parameter, EditorRequired]
    public required EventCallback<ChannelView> Saved { get; set; }

    /// <summary>Reads what is saved now.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<ChannelView?>> Load { get; set; }

    [Inject]
    private SaveChannel Save { get; set; } = default!;

    [Inject]
    private ChannelKinds Kinds { get; set; } = default!;

    private FormDraft Draft { get; set; } = new([], 0);

    private IEnumerable<SettingSpec> Shown => (Kinds.Find(View.Kind)?.Settings ?? []).Where(s => Names.Contains(s.Name));

    private int Origins => (Draft.Settings["allowedOrigins"] as JsonArray)?.Count ?? 0;

    /// <summary>The chat page with what is in the form, saved or not.</summary>
    private string Preview => $"chat/{View.Id}?preview=true&title={Uri.EscapeDataString(Text("title") ?? View.Name)}&theme={Uri.EscapeDataString(Text("theme") ?? "auto")}";

    private string Sample => $$"""
        import { createHmac } from 'node:crypto';

        const secret = process.env.OPENCLAW_SIGNING_SECRET; // of channel {{View.Id}}
        const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

        export function chatToken(user) {
          const now = Math.floor(Date.now() / 1000);
          const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: user.id, name: user.name, exp: now + 3600 })}`;
          return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
        }
        """;

    /// <inheritdoc />
    protected override void OnInitialized() => Draft = new(ChannelsService.Form(View), View.Version);

    private string? Text(string name) => Draft.Settings[name]?.GetValueKind() == JsonValueKind.String && Draft.Settings[name]!.GetValue<string>() is { Length: > 0 } text ? text : null;

    private async Task<FormResult> SaveAsync()
    {
        var result = await Save.PatchAsync(await Caller(), View.Id, Draft.Patch(), Draft.Version);
        if (result.Value is { } saved)
        {
            Draft.Restart(ChannelsService.Form(saved), saved.Version);
            await Saved.InvokeAsync(saved);
        }

        if (result.Status == AdminStatus.Stale && await Load() is { } theirs)
        {
            Draft.Meet(ChannelsService.Form(theirs), theirs.Version);
            _theirsAt = theirs.UpdatedAt;
        }

        return FormResult.From(result, "Saved. Allowed origins hold for new connections; put the code onto your page again for title and colours.");
    }
}
