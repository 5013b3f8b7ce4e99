using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Identity.Accounts;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Members;

/// <summary>The people of a tenant: invite, change role, remove.</summary>
public sealed partial class Members
{
    private bool _inviting;
    private Invite? _made;
    private (string Email, string Link)? _reset;
    private MemberView? _changing;
    private string? _role;
    private string? _loaded = "";

    [SupplyParameterFromQuery]
    private string? Text { get; set; }

    [Inject]
    private MemberQueries Queries { get; set; } = default!;

    [Inject]
    private ChangeMember Change { get; set; } = default!;

    [Inject]
    private Invites Invites { get; set; } = default!;

    [Inject]
    private Invitations Invitations { get; set; } = default!;

    [Inject]
    private ResetLinks Links { get; set; } = default!;

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private IReadOnlyList<MemberView>? Items { get; set; }

    private string? Next { get; set; }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_loaded == Text) return;
        _loaded = Text;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var page = await Queries.ListAsync(await CallerAsync(), new(PageRequest.DefaultLimit), Text);
        (Items, Next) = (page.Items, page.Next);
    }

    private async Task MoreAsync()
    {
        var page = await Queries.ListAsync(await CallerAsync(), new(PageRequest.DefaultLimit, Next), Text);
        (Items, Next) = ([.. Items ?? [], .. page.Items], page.Next);
    }

    private async Task<FormResult> InviteAsync(NewInvitation input)
    {
        var (result, invite) = await Invites.CreateAsync(await CallerAsync(), input);
        if (invite is null) return FormResult.From(result);
        (_made, _inviting) = (invite, false);
        await LoadAsync();
        return FormResult.Saved();
    }

    private async Task<FormResult> ChangeAsync()
    {
        if (_changing is not { } member) return FormResult.NotYet;
        var result = await Change.SetRoleAsync(await CallerAsync(), member.Id, _role);
        if (result.Status == AdminStatus.Done)
        {
            _changing = null;
            await LoadAsync();
        }
        return FormResult.From(result, $"{member.Email} has another role now.");
    }

    private async Task RenewAsync(MemberView member)
    {
        var (result, invite) = await Invites.RenewAsync(await CallerAsync(), member.Id);
        _made = invite;
        if (invite is null) Toasts.Fail(Fault(result));
        await LoadAsync();
    }

    private async Task RevokeAsync(MemberView member)
    {
        if (!await Confirm.AskAsync($"Revoke the invitation of {member.Email}?", "The link stops working. You can invite the person again.", "Revoke", danger: true)) return;
        Tell(await Invitations.RevokeAsync(await CallerAsync(), member.Id), $"The invitation of {member.Email} is revoked.");
        await LoadAsync();
    }

    /// <summary>Never for somebody with more than this tenant: a password opens all of a person's tenants.</summary>
    private async Task ResetAsync(MemberView member)
    {
        if (!await Confirm.AskAsync($"Make a link for a new password of {member.Email}?", "Whoever has the link can choose the password. Give it to the person in a way that nobody else sees. The present password works until then.", "Make the link")) return;
        if (await Links.MakeAsync(await CallerAsync(), member.Id) is { } link) _reset = (member.Email, link.Address.ToString());
        else Toasts.Fail($"You cannot make a link for {member.Email}, who owns the installation or belongs to a tenant that you do not manage. The person can ask for one on the sign-in page, or the owner can make it.");
    }

    private async Task RemoveAsync(MemberView member)
    {
        if (!await Confirm.AskAsync($"Remove {member.Email}?", "The person loses this tenant at once, also in pages that are open. The account stays, and so does what the person did.", "Remove", danger: true)) return;
        Tell(await Change.RemoveAsync(await CallerAsync(), member.Id), $"{member.Email} is removed.");
        await LoadAsync();
    }

    private void Tell<T>(AdminResult<T> result, string done)
    {
        if (result.Status == AdminStatus.Done) Toasts.Show(done);
        else Toasts.Fail(Fault(result));
    }

    private static string Fault<T>(AdminResult<T> result) => result.Status switch
    {
        AdminStatus.Invalid => string.Join(' ', result.Errors.SelectMany(e => e.Value)),
        AdminStatus.NotFound => "It is gone: somebody else was faster.",
        _ => result.Reason ?? "Somebody else changed it at the same moment. Try again.",
    };
}
