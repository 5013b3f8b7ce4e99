using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Routing.Drafts;
using OpenClaw.Gateway.Core.Routing;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>A message that somebody asks about.</summary>
/// <param name="Channel">Where it would come in.</param>
/// <param name="Text">Its text.</param>
/// <param name="User">The author's platform id.</param>
/// <param name="HasAttachment">It has an attachment.</param>
/// <param name="Draft">Ask the draft instead of what is live.</param>
/// <param name="IsGroup">It would be written where several people read along.</param>
/// <param name="Subject">A mail's subject.</param>
public sealed record RuleQuestion(Guid Channel, string Text, string? User = null, bool HasAttachment = false, bool Draft = false, bool IsGroup = false, string? Subject = null);

/// <summary>Says where a message would go and why, and what each rule says of it. Nothing is changed, nobody is asked.</summary>
public sealed class EvaluateRules
{
    /// <summary>The most characters of a text.</summary>
    public const int MaxText = 100_000;

    /// <summary>The most characters of a subject.</summary>
    public const int MaxSubject = 1_000;

    /// <summary>The most characters of a user's id.</summary>
    public const int MaxUser = 400;

    private readonly ICatalog _catalog;
    private readonly RouteExplainer _explainer;
    private readonly RoutingDrafts _drafts;
    private readonly IIntentRecognizer _intents;

    internal EvaluateRules(ICatalog catalog, RouteExplainer explainer, RoutingDrafts drafts, IIntentRecognizer intents) => (_catalog, _explainer, _drafts, _intents) = (catalog, explainer, drafts, intents);

    /// <summary>The explanation, for a message that begins a session; or what is wrong with the question.</summary>
    public async Task<AdminResult<RouteExplanation>> RunAsync(Guid tenant, RuleQuestion question, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        var errors = new FieldErrors();
        if (question.Text.Length > MaxText) errors.Add("text", $"Must have at most {MaxText} characters.");
        if (question.Subject?.Length > MaxSubject) errors.Add("subject", $"Must have at most {MaxSubject} characters.");
        if (question.User?.Length > MaxUser) errors.Add("user", $"Must have at most {MaxUser} characters.");
        if (_catalog.FindChannel(question.Channel) is not { } channel || channel.Tenant.Id != tenant)
        {
            errors.Add("channelId", "There is no such channel.");
            return AdminResult.Invalid<RouteExplanation>(errors);
        }
        if (errors.Any) return AdminResult.Invalid<RouteExplanation>(errors);
        var rules = _catalog.FindRules(tenant);
        if (question.Draft) rules = new(rules.Version, [.. (await _drafts.GetAsync(tenant, cancellationToken)).Rules.Select(r => r.Rule)]);
        var asked = new RouteQuestion { Channel = channel, Text = question.Text, User = string.IsNullOrEmpty(question.User) ? null : question.User, HasAttachment = question.HasAttachment, IsGroup = question.IsGroup, Subject = question.Subject };
        // as for a message on the road: what it wants is recognised only where the rules look at it
        if (rules.Rules.Any(r => r.Enabled && (r.Match.Intent is not null || r.Target.Capable)))
            asked = asked with { Intent = await _intents.RecognizeAsync(tenant, Utf8Text.From(question.Text), cancellationToken) };
        return AdminResult.Done(_explainer.Explain(rules, asked));
    }
}
