using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Channels.Http;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>What became of a message that a program brought: durable, a duplicate, or refused with a reason. <paramref name="Pairing"/>: the code of an author who waits to be let in.</summary>
public sealed record BroughtMessage(AcceptOutcome Outcome, string? Pairing = null);

/// <summary>Takes messages for channels of kind <c>http</c>. It is conversation and no administration: the audit does not have it, the conversation does.</summary>
public sealed class PostChannelMessage
{
    private readonly ICatalog _catalog;
    private readonly Lazy<HttpMessages> _messages;

    internal PostChannelMessage(ICatalog catalog, Lazy<HttpMessages> messages) => (_catalog, _messages) = (catalog, messages);

    /// <summary>True when the caller's tenant has that channel, and it is of the kind. Else why not.</summary>
    public AdminResult<bool> Find(Caller caller, Guid channel)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Converse);
        if (_catalog.FindChannel(channel) is not { } model || model.Tenant.Id != caller.Tenant) return AdminResult.NotFound<bool>();
        return model.Kind == HttpKind.Name ? AdminResult.Done(true) : AdminResult.InUse<bool>($"The channel is of kind {model.Kind}: its messages come from its platform. Only channels of kind {HttpKind.Name} take messages by this call.");
    }

    /// <summary>Durable or refused at return; not found, of another kind, or invalid.</summary>
    public async Task<AdminResult<BroughtMessage>> RunAsync(Caller caller, Guid channel, HttpMessage message, CancellationToken cancellationToken = default)
    {
        if (Find(caller, channel) is { Value: false } not) return not.As<BroughtMessage>();
        var errors = new FieldErrors();
        foreach (var (field, fault) in HttpMessages.Check(message)) errors.Add(field, fault);
        if (errors.Any) return AdminResult.Invalid<BroughtMessage>(errors);
        var accepted = await _messages.Value.AcceptAsync(_catalog.FindChannel(channel)!, message, cancellationToken);
        return AdminResult.Done(new BroughtMessage(accepted.Outcome, accepted.Pairing));
    }
}
