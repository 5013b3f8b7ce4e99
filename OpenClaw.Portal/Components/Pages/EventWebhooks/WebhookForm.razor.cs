using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.EventWebhooks;
using OpenClaw.Gateway.Core.Administration.Network;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.EventWebhooks;

/// <summary>Name, address and events of an endpoint, new or present.</summary>
public sealed partial class WebhookForm
{
    private string? _name;
    private string? _url;
    private string? _warning;
    private string? _warned;
    private bool _enabled = true;
    private IReadOnlyCollection<string> _types = [];

    /// <summary>The endpoint that is changed; null = a new one.</summary>
    [Parameter]
    public EventWebhookView? Webhook { get; set; }

    /// <summary>Saves the API's body, and says how that ended.</summary>
    [Parameter, EditorRequired]
    public required Func<JsonElement, Task<FormResult>> OnSend { get; set; }

    /// <summary>Thought better of.</summary>
    [Parameter]
    public EventCallback OnCancel { get; set; }

    [Inject]
    private DestinationCheck Destinations { get; set; } = default!;

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Webhook is { } webhook) (_name, _url, _types, _enabled) = (webhook.Name, webhook.Url, webhook.Types, webhook.Enabled);
    }

    private async Task<FormResult> SaveAsync()
    {
        // it can be saved all the same, when it is told: the owner may open the address later
        if (await Destinations.FaultAsync(_url) is { } refused && _warned != _url)
        {
            (_warning, _warned) = ($"The gateway would not connect to this address. {refused} Save again to keep it as it is.", _url);
            return FormResult.NotYet;
        }

        var body = new JsonObject { ["name"] = _name, ["url"] = _url, ["types"] = new JsonArray([.. _types.Select(t => (JsonNode)t)]), ["enabled"] = _enabled };
        var result = FormResult.NotYet;
        // through the page as receiver, so that it renders what saving changed
        await EventCallback.Factory.Create(OnSend.Target ?? this, async () => result = await OnSend(JsonSerializer.SerializeToElement(body))).InvokeAsync();
        return result;
    }
}
