using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.DeadLetters;

/// <summary>One dead letter: what was tried, what came back, what the message said.</summary>
public sealed partial class DeadLetterDetail
{
    // shown as text by Blazor, which encodes it; escapes would only make it hard to read
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The dead letter.</summary>
    [Parameter, EditorRequired]
    public required DeadLetterView Letter { get; set; }

    /// <summary>Where the tenant's pages begin.</summary>
    [Parameter, EditorRequired]
    public required string Base { get; set; }

    /// <summary>The list's address.</summary>
    [Parameter, EditorRequired]
    public required string Back { get; set; }

    [Inject]
    private TenantNames Names { get; set; } = default!;

    private string Risk => Letter.Risk switch
    {
        "never_sent" => "Nothing was sent: a replay cannot double it",
        "sent" => "It was sent: a replay doubles it",
        _ => "It may have been sent: a replay may double it",
    };

    private string Payload => JsonSerializer.Serialize(Letter.Payload, Readable);
}
