using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Components.Controls.Dialogs;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>
/// Who answers, and the box for the operator's answer. What is typed stays in the browser's window until it is sent: a lost connection or a look at
/// another page does not lose it.
/// </summary>
public sealed partial class Composer : IAsyncDisposable
{
    private ElementReference _area;
    private IJSObjectReference? _module;
    private IJSObjectReference? _script;
    private string _text = "";
    private string? _fault;
    private bool _sending, _started;

    /// <summary>The session.</summary>
    [Parameter, EditorRequired]
    public required SessionView Session { get; set; }

    /// <summary>The newest mail, which the answer is to; null where there is none.</summary>
    [Parameter]
    public MessageView? Answered { get; set; }

    [CascadingParameter]
    private ConversationRights Rights { get; set; } = default!;

    [Inject]
    private ChangeSession Change { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    [Inject]
    private ICatalog Catalog { get; set; } = default!;

    /// <summary>Whom the answer goes to, where that is not plain to see: by mail.</summary>
    private string? Recipients => Session.ChannelKind == "email" ? MailWords.Recipients(Answered, Session.User, Catalog.FindChannel(Session.Channel)?.Settings ?? default) : null;

    private bool IsMine => Session.TakenBy?.Id == Rights.Person;

    private bool IsOpen => IsMine && Rights.MayOperate && Session.EndedAt is null;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_script is not null) await _script.DisposeAsync();
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // the browser went first
        }
    }

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        // the box goes with the right to use it, and another one comes
        if (!IsOpen) _started = false;
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_started || !IsOpen) return;
        _started = true;
        _module ??= await Script.InvokeAsync<IJSObjectReference>("import", "./js/transcript.js");
        _script = await _module.InvokeAsync<IJSObjectReference>("compose", _area, Session.Id.ToString());
    }

    private async Task SendAsync()
    {
        if (_sending || string.IsNullOrWhiteSpace(_text)) return;
        _sending = true;
        try
        {
            var outcome = await Change.PostAsync(await Rights.Caller(), Session.Id, MessageFrom.Operator, [new AgentReply(Utf8Text.From(_text.Trim()))], null);
            _fault = outcome.Messages is null ? $"It was not sent. {outcome.Reason}" : null;
            if (outcome.Messages is null) return;
            _text = "";
            if (_script is not null) await _script.InvokeVoidAsync("sent");
        }
        catch (ForbiddenException fault)
        {
            Toasts.Fail($"It was not sent. {fault.Message}");
        }
        catch (IOException fault)
        {
            _fault = $"It was not sent. {fault.Message}";
        }
        finally
        {
            _sending = false;
        }
    }
}
